import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { secretVariables } from './on-terminal.ts';
import { type Run, runProcess } from './run-process.ts';
import { root, type Workspace, type World } from './world.ts';

/** Where an installed gitlab-ci-local is. */
const program = join(root, 'node_modules/.bin/gitlab-ci-local');

/**
 * Runs a pipeline in a workspace, by gitlab-ci-local on this machine, with the components of this repository under
 * `templates/`. The secrets are masked variables of the project, `KUBECONFIG` is one of type "file".
 */
export async function onGitlab(world: World, workspace: Workspace, pipeline: string): Promise<Run> {
  const { folder, home, programs } = workspace;
  await writeFile(join(folder, '.gitlab-ci.yml'), pipeline);
  await cp(join(root, 'gitlab-templates/templates'), join(folder, 'templates'), { recursive: true });
  await workspace.commit();
  await mkdir(join(home, '.gitlab-ci-local'), { recursive: true });
  const variables = { ...secretVariables(world), KUBECONFIG: { type: 'file', values: { '*': workspace.kubeconfig } } };
  await writeFile(join(home, '.gitlab-ci-local/variables.yml'), stringify({ global: variables }), { mode: 0o600 });
  return runProcess(program, ['--force-shell-executor', '--no-color'], {
    folder,
    environment: { HOME: home },
    programs,
  });
}
