import { type Run, runProcess } from './run-process.ts';
import type { Workspace } from './world.ts';

/** Runs lines of shell in a workspace, as a user would type them. */
export function onTerminal(
  workspace: Workspace,
  script: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return runProcess('sh', ['-e', '-c', script], {
    folder: workspace.folder,
    environment: { HOME: workspace.home, KUBECONFIG: workspace.kubeconfig, ...workspace.secrets, ...variables },
    programs: workspace.programs,
  });
}
