import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startWorld, type Workspace, type World } from '../e2e/world.ts';
import { runTraced, type Traces, traces } from './traces.ts';

describe('bad input of a release ends with its code, a message and a hint, and changes nothing', () => {
  let world: World;
  let workspace: Workspace;
  let before: Traces;
  let count = 0;
  beforeAll(async () => {
    world = await startWorld();
  }, 60_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    workspace = await world.workspace(`bad-${++count}`);
  });

  const edit = async (file: string, change: (text: string) => string): Promise<void> => {
    const path = join(workspace.folder, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
  };
  const release = (more = ''): string =>
    `npx harbor-pilot release --username '${world.accounts.releaser.username}' --tags 1.0.0 ${more}`;

  async function expectRefused(
    script: string,
    exitCode: number,
    code: string,
    message: RegExp,
    variables = {},
  ): Promise<void> {
    before = await traces(world, workspace);
    const run = await runTraced(workspace, script, variables);
    expect(run.log).toMatch(new RegExp(`error ${code}: `));
    expect(run.log).toMatch(message);
    expect(run.log).toMatch(/\n {2}hint: \S/);
    expect(run.exitCode).toBe(exitCode);
    for (const secret of world.secrets) expect(run.log).not.toContain(secret);
    expect(await traces(world, workspace)).toEqual(before);
  }

  it('a wrong password', () =>
    expectRefused(release(), 3, 'ROBOT_REFUSED', /credentials/, { HARBOR_PILOT_PASSWORD: 'Wrong-password-1' }));

  it('an unknown project', async () => {
    await edit('harbor-pilot.yml', (text) => text.replace('shop/hello', 'shpo/hello'));
    await expectRefused(release(), 3, 'PROJECT_UNAVAILABLE', /shpo/);
  });

  it('a private authority that is not given', async () => {
    await edit('harbor-pilot.yml', (text) => text.replace(/ca-certificate:.*\n/, ''));
    await expectRefused(release(), 4, 'TLS_UNTRUSTED', /ca-certificate/);
  });

  it('a tag that does not exist', () =>
    expectRefused(
      `npx harbor-pilot scan-gate --username '${world.accounts.releaser.username}' --image shop/hello:nowhere`,
      2,
      'REFERENCE_NOT_FOUND',
      /nowhere/,
    ));

  it('a folder for the reports of the gate that cannot be one', () =>
    expectRefused(release(), 2, 'FILE_UNWRITABLE', /README\.md/, { HARBOR_PILOT_GATE_REPORTS: 'README.md' }));

  it('a Dockerfile with RUN', async () => {
    await edit('Dockerfile', (text) => `${text}\nRUN npm test\n`);
    await expectRefused(release(), 2, 'DOCKERFILE_NEEDS_CONTAINER', /Dockerfile:\d+.*RUN/);
  });

  it('a harbor-pilot.yml with an unknown key', async () => {
    await edit('harbor-pilot.yml', (text) => text.replace('severity-cutoff', 'severity-cut-off'));
    await expectRefused(
      release(),
      2,
      'CONFIG_INVALID',
      /harbor-pilot\.yml:\d+: unknown key "scan-gate\.severity-cut-off"[\s\S]*Did you mean "scan-gate\.severity-cutoff"/,
    );
  });

  it('a cluster that cannot be reached', async () => {
    const kubeconfig = (await readFile(workspace.kubeconfig, 'utf8')).replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1');
    await writeFile(join(workspace.home, 'kubeconfig'), kubeconfig);
    await expectRefused(release(), 4, 'CLUSTER_UNREACHABLE', /127\.0\.0\.1/, {
      KUBECONFIG: join(workspace.home, 'kubeconfig'),
    });
  });

  it('a key with the wrong password', () =>
    expectRefused(release(), 2, 'KEY_INVALID', /password/, { COSIGN_PASSWORD: 'not-this-one' }));

  it('manifests that do not mention the image', async () => {
    await edit('deploy/deployment.yaml', (text) => text.replace(/image: .*/, 'image: other.example.org/a/b'));
    await expectRefused(release(), 2, 'MANIFESTS_INVALID', /other\.example\.org\/a\/b/);
  });
});
