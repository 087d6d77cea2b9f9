import { checkRollout, rollOut } from '@harbor-pilot/rollout';
import { expect } from '@jest/globals';
import type { Cases } from './cases.ts';
import { changeKubeconfig, failureOf, settings, type World, withToken } from './world.ts';

async function expectUntouched({ api, namespace, live }: World): Promise<void> {
  expect((await api.ask('GET', `/api/v1/namespaces/${namespace}/configmaps/settings`)).status).toBe(404);
  expect((await live()).code).toBe(404);
}

/** Rollouts that must not even begin. */
export const refusalCases: Cases = {
  'when it is only checked': async (world) => {
    const { stage, manifest, options } = world;
    await checkRollout(options(stage.first, { manifests: [settings, manifest()] }));
    await expectUntouched(world);
  },

  'when the cluster does not accept one of the manifests': async (world) => {
    const { stage, manifest, options } = world;
    const text = manifest().text.replace('"matchLabels":{"app":"hello"}', '"matchLabels":{"app":"other"}');
    const manifests = [settings, { path: 'hello.yaml', text }];
    const error = await failureOf(rollOut(options(stage.first, { manifests })));
    expect(error.code).toBe('MANIFESTS_INVALID');
    expect(error.message).toContain('hello.yaml:1');
    await expectUntouched(world);
  },

  'when no manifest has the image': async (world) => {
    const { stage, manifest, options } = world;
    const other = `${stage.image}-other:1`;
    const error = await failureOf(rollOut(options(stage.first, { manifests: [settings, manifest({ image: other })] })));
    expect(error.code).toBe('MANIFESTS_INVALID');
    expect(error.message).toContain(other);
    await expectUntouched(world);
  },

  'when the namespace is missing': async ({ stage, options }) => {
    const error = await failureOf(rollOut(options(stage.first, { namespace: 'nowhere' })));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toContain('nowhere');
  },

  'when the credentials are wrong': async ({ stage, options }) => {
    const kubeconfig = withToken(stage.kubeconfig, 'wrong-token-of-the-test');
    const error = await failureOf(rollOut(options(stage.first, { kubeconfig })));
    expect(error.code).toBe('CLUSTER_AUTH');
    expect(error.message).not.toContain('wrong-token');
  },

  'when the certificate of the cluster is not trusted': async ({ stage, options }) => {
    const kubeconfig = changeKubeconfig(stage.kubeconfig, { cluster: { 'certificate-authority-data': undefined } });
    const error = await failureOf(rollOut(options(stage.first, { kubeconfig })));
    expect(error.code).toBe('TLS_UNTRUSTED');
  },

  'when the cluster cannot be reached': async ({ stage, options }) => {
    const kubeconfig = changeKubeconfig(stage.kubeconfig, { cluster: { server: 'https://127.0.0.1:1' } });
    const error = await failureOf(rollOut(options(stage.first, { kubeconfig })));
    expect(error.code).toBe('CLUSTER_UNREACHABLE');
    expect(error.hint).toContain('kubeconfig');
  },
};
