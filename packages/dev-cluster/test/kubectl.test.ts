import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { type DevCluster, startDevCluster } from '../src/index.ts';
import { deployment, pullSecret } from './support/objects.ts';
import { startTestRegistry, type TestRegistry } from './support/registry.ts';

const execute = promisify(execFile);

describeWithPeers('the real kubectl', ['kubectl'], ({ kubectl }) => {
  let registry: TestRegistry;
  let cluster: DevCluster;
  let folder: string;
  const run = async (...args: string[]): Promise<string> =>
    (await execute(kubectl, args, { env: { ...process.env, HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') } }))
      .stdout;

  beforeAll(async () => {
    registry = await startTestRegistry();
    cluster = await startDevCluster({ registryCas: { [registry.host]: registry.caCertificate } });
    folder = await mkdtemp(join(tmpdir(), 'dev-cluster-'));
    await writeFile(join(folder, 'kubeconfig'), cluster.kubeconfig);
  });

  afterAll(async () => {
    await cluster.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('applies, waits, undoes, reads logs and deletes', async () => {
    const both = ['linux/amd64', 'linux/arm64'];
    registry.push('demo/app', 'v1', both);
    registry.push('demo/app', 'v2', both);
    const file = join(folder, 'app.yaml');
    const write = (tag: string): Promise<void> => {
      const app = deployment({ image: `${registry.host}/demo/app:${tag}`, replicas: 2 });
      return writeFile(file, [pullSecret(registry.host), app].map((object) => stringify(object)).join('---\n'));
    };
    const apply = ['apply', '--server-side=false', '--validate=false', '-f', file];
    await write('v1');
    expect(await run(...apply)).toBe('secret/pull created\ndeployment.apps/app created\n');
    expect(await run('rollout', 'status', 'deployment/app', '--timeout=10s')).toContain('successfully rolled out');
    expect(await run(...apply)).toContain('deployment.apps/app unchanged');
    await write('v2');
    expect(await run(...apply)).toContain('deployment.apps/app configured');
    expect(await run('rollout', 'status', 'deployment/app', '--timeout=10s')).toContain('successfully rolled out');
    expect(await run('get', 'deployments')).toMatch(/NAME +READY +UP-TO-DATE +AVAILABLE +AGE\napp +2\/2 +2 +2 +\d+s/);
    expect(await run('get', 'pods', '-o', 'jsonpath={.items[*].spec.containers[*].image}')).toContain(':v2');
    expect(await run('rollout', 'history', 'deployment/app')).toMatch(/1 +<none>\n2 +<none>/);
    expect(await run('rollout', 'undo', 'deployment/app')).toBe('deployment.apps/app rolled back\n');
    await run('rollout', 'status', 'deployment/app', '--timeout=10s');
    expect(await run('logs', 'deployment/app')).toContain(`started ${registry.host}/demo/app@sha256:`);
    expect(await run('auth', 'can-i', 'create', 'deployments')).toBe('yes\n');
    expect(await run('describe', 'pods')).toContain('Started container app');
    expect(await run('delete', '-f', file, '--timeout=10s')).toContain('deployment.apps "app" deleted');
  });

  it('is told why a rollout does not end', async () => {
    const app = deployment({
      name: 'late',
      image: `${registry.host}/demo/app:absent`,
      spec: { progressDeadlineSeconds: 1 },
    });
    const file = join(folder, 'absent.yaml');
    await writeFile(file, stringify(app));
    await run('create', '--validate=false', '-f', file);
    const status = run('rollout', 'status', 'deployment/late', '--timeout=10s');
    await expect(status).rejects.toThrow('deployment "late" exceeded its progress deadline');
    expect(await run('get', 'pods')).toMatch(/0\/1 +(?:ErrImagePull|ImagePullBackOff) +0/);
  });
});
