import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DevCluster, startDevCluster } from '@harbor-pilot/dev-cluster';
import type { Digest } from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fencedBlock } from '../e2e/fenced-blocks.ts';
import { runProcess } from '../e2e/run-process.ts';
import { npxScript, root } from '../e2e/world.ts';
import type { Json } from '../rollout/kube-api.ts';
import { pullSecretCases } from './cases.ts';
import { authsOf, startWorld, type World } from './world.ts';

const page = readFileSync(join(root, 'docs/pull-secrets.md'), 'utf8');

describe('pull secrets in the embedded cluster', () => {
  let cluster: DevCluster;
  let world: World;

  beforeAll(async () => {
    world = await startWorld(async ({ host, caCertificate }) => {
      cluster = await startDevCluster({ registryCas: { [host]: caCertificate } });
      return cluster.kubeconfig;
    });
  }, 30_000);
  afterAll(async () => {
    await world?.close();
    await cluster?.close();
  });

  for (const [title, run] of Object.entries(pullSecretCases)) it(title, () => run(world));

  it('are written by the real command', async () => {
    const { folder, harbor, robots, namespace, secret } = world;
    await namespace('command');
    const { username, password } = robots.first;
    const command = [join(root, 'packages/cli/bin/harbor-pilot.mjs'), 'pull-secret', '--json'];
    const flags = ['--registry', harbor.host, '--ca-certificate', 'ca.crt', '--username', username];
    const { exitCode, log, stdout } = await runProcess(
      process.execPath,
      [...command, ...flags, '--namespaces', 'command'],
      { folder, environment: { HOME: folder, KUBECONFIG: 'kubeconfig', HARBOR_PILOT_PASSWORD: password } },
    );
    expect([exitCode, log]).toEqual([0, expect.stringContaining('command: secret harbor created')]);
    expect(JSON.parse(stdout)).toMatchObject({ outputs: { secret: 'harbor', changed: 'command' } });
    expect(log).not.toContain(password);
    expect((await secret('command')).type).toBe('kubernetes.io/dockerconfigjson');
  });

  it('let pods pull that name no secret, and the next ones after a rotation', async () => {
    const { harbor, robots, run, namespace } = world;
    await namespace('pods');
    await run(robots.first, { namespaces: 'pods' });
    expect(await podState('one', await harbor.push('shop/hello', 'one'))).toBe('Running');
    await run(robots.second, { namespaces: 'pods' });
    const old = (await harbor.harbor.robots('shop')).find(({ name }) => name === robots.first.username);
    await harbor.harbor.deleteRobot(old?.id ?? 0);
    expect(await podState('two', await harbor.push('shop/hello', 'two'))).toBe('Running');
  });

  it('change with the robot account, as the page about them says', async () => {
    const { folder, harbor, robots, namespace, secret } = world;
    for (const name of ['shop', 'shop-test']) await namespace(name);
    const programs = join(folder, 'programs');
    await mkdir(programs);
    await writeFile(join(programs, 'npx'), npxScript, { mode: 0o755 });
    await writeFile(join(folder, 'harbor-pilot.yml'), 'ca-certificate: ca.crt\n');
    const script = fencedBlock(page, '## Rotation', 'sh')
      .replaceAll('harbor.example.com', harbor.host)
      .replace('robot$shop+nodes', robots.second.username)
      .replace('--every-days 30', '--every-days 0');
    const environment = {
      HOME: folder,
      KUBECONFIG: 'kubeconfig',
      HARBOR_ADMIN_PASSWORD: harbor.administrator.password,
    };
    const first = await runProcess('sh', ['-ec', script], { folder, environment, programs });
    expect([first.exitCode, first.log]).toEqual([0, expect.stringContaining('shop-test: secret harbor created')]);
    expect(authsOf(await secret('shop'))[harbor.host].username).toBe(`${robots.second.username}-a`);
    const again = await runProcess('sh', ['-ec', script], { folder, environment, programs });
    expect([again.exitCode, again.log]).toEqual([0, expect.stringContaining(' stays good beside ')]);
  });

  /** Runs an image as a pod, and gives its phase, or why it waits, once the nodes have tried to pull it. */
  async function podState(name: string, digest: Digest): Promise<string> {
    const { api, harbor } = world;
    const containers = [{ name: 'hello', image: `${harbor.host}/shop/hello@${digest}` }];
    const path = '/api/v1/namespaces/pods/pods';
    await api.need('POST', path, { metadata: { name }, spec: { containers } });
    for (let tries = 200; ; tries -= 1) {
      const { status }: Json = await api.need('GET', `${path}/${name}`);
      const waiting = status?.containerStatuses?.[0]?.state?.waiting?.reason;
      if (status?.phase === 'Running') return status.phase;
      if (tries === 0 || waiting === 'ImagePullBackOff') return waiting ?? status?.phase;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
});
