import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Run, runProcess } from './run-process.ts';
import { root, type Workspace } from './world.ts';

/** Where an installed gitlab-ci-local is. */
const program = join(root, 'node_modules/.bin/gitlab-ci-local');

/**
 * Runs a pipeline in a workspace, by gitlab-ci-local on this machine, with the components of this repository under
 * `templates/`. The secrets are masked variables of the project, `KUBECONFIG` is one of type "file".
 * @param tag the git tag that the pipeline is for.
 * @param more variables that GitLab would set for it, `NAME=value`.
 */
export async function onGitlab(
  workspace: Workspace,
  pipeline: string,
  tag?: string,
  more: readonly string[] = [],
): Promise<Run> {
  const { folder, home, programs } = workspace;
  await writeFile(join(folder, '.gitlab-ci.yml'), pipeline);
  await cp(join(root, 'gitlab-templates/templates'), join(folder, 'templates'), { recursive: true });
  await workspace.commit();
  await mkdir(join(home, '.gitlab-ci-local'), { recursive: true });
  const kubeconfig = await readFile(workspace.kubeconfig, 'utf8');
  const variables = { ...workspace.secrets, KUBECONFIG: { type: 'file', values: { '*': kubeconfig } } };
  await writeFile(join(home, '.gitlab-ci-local/variables.yml'), stringify({ global: variables }), { mode: 0o600 });
  // It says GITLAB_CI=false, so that scripts can tell it from GitLab, and names a folder of a container that there is not.
  const given = [
    'GITLAB_CI=true',
    `CI_PROJECT_DIR=${folder}`,
    ...(tag === undefined ? [] : [`CI_COMMIT_TAG=${tag}`]),
    ...more,
  ];
  const flags = given.flatMap((variable) => ['--variable', variable]);
  return runProcess(program, ['--force-shell-executor', '--no-color', ...flags], {
    folder,
    environment: { HOME: home },
    programs,
  });
}
