import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executeStep, generateKeysStep, publicKeyStep } from '@harbor-pilot/steps';
import { describeWithPeers, type Kubernetes, kubernetesPeers, startKubernetes } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { captureRuntime } from '../../packages/steps/test/runtime.ts';
import { accountWith } from '../rollout/account.ts';

describeWithPeers('keys in a real Kubernetes, with cosign', [...kubernetesPeers, 'cosign'], (paths) => {
  let kubernetes: Kubernetes;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-in-kubernetes-'));
    kubernetes = await startKubernetes(paths);
    await writeFile(join(folder, 'kubeconfig'), kubernetes.kubeconfig);
  }, 90_000);
  afterAll(async () => {
    await kubernetes.close();
    await rm(folder, { recursive: true, force: true });
  });

  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const runtime = () => captureRuntime(folder, { KUBECONFIG: 'kubeconfig', COSIGN_PASSWORD: 'password-of-the-key' });
  const cosign = (...args: readonly string[]): string => {
    const env = { ...process.env, KUBECONFIG: join(folder, 'kubeconfig'), COSIGN_PASSWORD: 'password-of-the-key' };
    const { status, stdout, stderr } = spawnSync(paths.cosign, args, { cwd: folder, env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    return stdout;
  };

  it('are read by us where cosign has put them', async () => {
    cosign('generate-key-pair', 'k8s://default/theirs');
    const captured = runtime();
    await executeStep(publicKeyStep, captured, [(name) => (name === 'key' ? 'k8s://default/theirs' : undefined)]);
    expect(captured.outputs['public-key']).toBe(await read('cosign.pub'));
  });

  it('are read by cosign where we have put them, and replaced only when that is wanted', async () => {
    const inputs: Record<string, string> = { 'kubernetes-secret': 'default/ours', out: 'ours' };
    const generate = () => executeStep(generateKeysStep, runtime(), [(name) => inputs[name]]);
    await generate();
    expect(cosign('public-key', '--key', 'k8s://default/ours')).toBe(await read('ours.pub'));
    await rm(join(folder, 'ours.pub'));
    await expect(generate()).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    inputs.force = 'true';
    await generate();
    expect(cosign('public-key', '--key', 'k8s://default/ours')).toBe(await read('ours.pub'));
  });

  it('stay where they are when the account could not make them anew', async () => {
    cosign('generate-key-pair', 'k8s://default/kept');
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'delete'] }];
    await writeFile(join(folder, 'half'), await accountWith(kubernetes.kubeconfig, 'default', 'half', rules));
    const inputs: Record<string, string> = {
      'kubernetes-secret': 'default/kept',
      force: 'true',
      out: 'anew',
      kubeconfig: 'half',
    };
    const generated = executeStep(generateKeysStep, runtime(), [(name) => inputs[name]]);
    await expect(generated).rejects.toMatchObject({
      code: 'CLUSTER_AUTH',
      message: expect.stringContaining('create secrets in default'),
    });
    expect(cosign('public-key', '--key', 'k8s://default/kept')).toBe(await read('cosign.pub'));
  });

  it('are not to be had in a namespace that is not there', async () => {
    const inputs: Record<string, string> = { 'kubernetes-secret': 'k8s://absent/ours', out: 'absent' };
    const generated = executeStep(generateKeysStep, runtime(), [(name) => inputs[name]]);
    await expect(generated).rejects.toThrow(/namespaces "absent" not found/);
  });
});
