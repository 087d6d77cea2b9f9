import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithPeers, type Kubernetes, kubernetesPeers, startKubernetes } from '../src/index.ts';

const execute = promisify(execFile);

describeWithPeers('a real control plane', [...kubernetesPeers, 'kubectl'], (paths) => {
  let kubernetes: Kubernetes;
  let folder: string;
  const run = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') };
    return (await execute(paths.kubectl, args, { env })).stdout;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubernetes-test-'));
    kubernetes = await startKubernetes(paths);
    await writeFile(join(folder, 'kubeconfig'), kubernetes.kubeconfig);
  }, 90_000);

  afterAll(async () => {
    await kubernetes?.close();
    await rm(folder, { recursive: true, force: true });
  }, 30_000);

  it('has a ready node of each architecture', async () => {
    const columns = 'jsonpath={range .items[*]}{.status.nodeInfo.architecture} {end}';
    expect(await run('get', 'nodes', '-o', columns)).toBe('amd64 arm64 ');
  });

  it('rolls a Deployment out', async () => {
    await run('create', 'deployment', 'app', '--image=registry.example/app:v1', '--replicas=2');
    const status = await run('rollout', 'status', 'deployment/app', '--timeout=30s');
    expect(status).toContain('successfully rolled out');
    await run('delete', 'deployment/app', '--timeout=30s');
  }, 60_000);

  it('says in its error why a program does not run', async () => {
    const broken = startKubernetes({ ...paths, 'kube-apiserver': paths.etcd });
    await expect(broken).rejects.toThrow(/kube-apiserver has ended .*--- kube-apiserver\n/s);
  }, 30_000);
});
