import { type Run, runProcess } from './run-process.ts';
import type { Workspace, World } from './world.ts';

/** The variables with which a user would give the secrets of a release. */
export function secretVariables({ accounts }: World): Readonly<Record<string, string>> {
  return {
    HARBOR_PILOT_PASSWORD: accounts.releaser.password,
    HARBOR_PILOT_PULL_PASSWORD: accounts.puller.password,
    COSIGN_PRIVATE_KEY: accounts.privateKeyPem,
    COSIGN_PASSWORD: accounts.keyPassword,
  };
}

/** Runs lines of shell in a workspace, as a user would type them. */
export function onTerminal(
  world: World,
  workspace: Workspace,
  script: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return runProcess('sh', ['-e', '-c', script], {
    folder: workspace.folder,
    environment: { HOME: workspace.home, KUBECONFIG: workspace.kubeconfig, ...secretVariables(world), ...variables },
    programs: workspace.programs,
  });
}
