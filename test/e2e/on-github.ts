import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Run, runProcess } from './run-process.ts';
import { root, type Workspace, type World } from './world.ts';

/** What a workflow runs for. */
export interface GithubEvent {
  readonly name: string;
  readonly payload: object;
}

/**
 * Runs a workflow for a push, or another event, in a workspace, by act on this machine, with the actions of this repository under `actions/`.
 * @param act path of the program.
 * @param workflow the steps find the secrets `HARBOR_PASSWORD`, `PULL_PASSWORD`, `COSIGN_PRIVATE_KEY`, `COSIGN_PASSWORD`,
 *   `KUBECONFIG` and the variable `HARBOR_USERNAME`.
 */
export async function onGithub(
  act: string,
  world: World,
  workspace: Workspace,
  workflow: string,
  event: GithubEvent = { name: 'push', payload: {} },
): Promise<Run> {
  const { folder, home, programs } = workspace;
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  await writeFile(join(folder, '.github/workflows/release.yml'), workflow);
  await copyActions(join(folder, 'actions'));
  await workspace.commit();
  const { releaser, puller, privateKeyPem, keyPassword } = world.accounts;
  const secretFile = join(home, 'secrets');
  await writeFile(
    secretFile,
    dotenv({
      HARBOR_PASSWORD: releaser.password,
      PULL_PASSWORD: puller.password,
      COSIGN_PRIVATE_KEY: privateKeyPem,
      COSIGN_PASSWORD: keyPassword,
      KUBECONFIG: await readFile(workspace.kubeconfig, 'utf8'),
    }),
    { mode: 0o600 },
  );
  const variableFile = join(home, 'variables');
  await writeFile(variableFile, dotenv({ HARBOR_USERNAME: releaser.username }));
  const eventFile = join(home, 'event.json');
  await writeFile(eventFile, JSON.stringify(event.payload));
  await mkdir(join(home, 'act'), { recursive: true });
  await writeFile(join(home, 'act/actrc'), '');
  const files = ['--secret-file', secretFile, '--var-file', variableFile, '--env-file', '/dev/null'];
  // The job runs in a copy of the workspace that act removes: the record is kept where the tests look for it.
  const record = ['--env', `HARBOR_PILOT_RECORD=${join(folder, 'harbor-pilot.json')}`];
  return runProcess(
    act,
    [event.name, '-e', eventFile, '-P', 'ubuntu-latest=-self-hosted', '--no-cache-server', ...files, ...record],
    {
      folder,
      environment: { HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: join(home, 'cache') },
      programs,
    },
  );
}

/** What a user gets with `uses: harbor-pilot/harbor-pilot/actions/…`: metadata and bundles. */
async function copyActions(target: string): Promise<void> {
  const from = join(root, 'actions');
  await cp(join(from, 'dist'), join(target, 'dist'), { recursive: true });
  for (const { name } of (await readdir(from, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
    await cp(join(from, name, 'action.yml'), join(target, name, 'action.yml')).catch(() => undefined);
  }
}

/** Double quotes keep line breaks as `\n`; a `$` is escaped, since it would begin a variable. */
function dotenv(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${value.replaceAll('\n', '\\n').replaceAll('$', '\\$')}"\n`)
    .join('');
}
