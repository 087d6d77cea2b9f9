import { rollOut } from '@harbor-pilot/rollout';
import { expect } from '@jest/globals';
import type { Cases } from './cases.ts';
import { createWorld, imageOf, settings } from './world.ts';

const whole = { replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

/** Rollouts that end well. */
export const successCases: Cases = {
  'creating a Deployment and what it needs': async ({ api, namespace, stage, manifest, options, live, pods }) => {
    const part = await rollOut(options(stage.first, { manifests: [manifest(), settings] }));
    expect(part).toMatchObject({ outcome: 'complete', namespace, reasons: [] });
    expect(part.workloads).toEqual([{ kind: 'Deployment', name: 'hello', revision: 1, readyReplicas: 2, replicas: 2 }]);
    const pinned = `${stage.image}@${stage.first}`;
    expect(imageOf(await live())).toBe(pinned);
    expect((await pods()).map((pod) => pod.spec.containers[0].image)).toEqual([pinned, pinned]);
    const { data } = await api.need('GET', `/api/v1/namespaces/${namespace}/configmaps/settings`);
    expect(data).toEqual({ colour: 'blue' });
  },

  'replacing it by the next digest, until nothing old is left': async ({ stage, options, live }) => {
    const part = await rollOut(options(stage.second));
    expect(part.workloads).toEqual([
      { kind: 'Deployment', name: 'hello', revisionBefore: 1, revision: 2, readyReplicas: 2, replicas: 2 },
    ]);
    expect((await live()).status).toMatchObject(whole);
  },

  'at once and without a change when the digest is there': async ({ stage, options, live }) => {
    const before = await live();
    const part = await rollOut(options(stage.second));
    expect(part.outcome).toBe('complete');
    expect(part.durationSeconds).toBeLessThan(3);
    expect((await live()).metadata.generation).toBe(before.metadata.generation);
    expect(part.timeline.map(({ message }) => message)).toContain('unchanged');
  },

  'setting the image of a workload without manifests': async ({ stage, options, live }) => {
    const part = await rollOut(options(stage.first, { manifests: [], workload: 'deployment/hello' }));
    expect(part.workloads[0]).toMatchObject({ readyReplicas: 2, revision: 3 });
    expect(imageOf(await live())).toBe(`${stage.image}@${stage.first}`);
  },

  'going back to manifests after that': async ({ stage, options, live }) => {
    const part = await rollOut(options(stage.second));
    expect(part.outcome).toBe('complete');
    expect(imageOf(await live())).toBe(`${stage.image}@${stage.second}`);
  },

  'making the namespace that is in the manifests, and the pull secret in it': async ({ stage }) => {
    const { api, namespace, manifest, options, live } = await createWorld(stage, false);
    const own = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    const manifests = [manifest({ replicas: 1 }), { path: 'namespace.yaml', text: JSON.stringify(own) }];
    const fallback = { name: 'harbor', registry: 'harbor.test', username: 'robot', password: 'not-shown-anywhere' };
    const pullSecret = stage.pullSecret ?? fallback;
    const part = await rollOut(options(stage.first, { manifests, pullSecret }));
    expect(part.outcome).toBe('complete');
    expect(JSON.stringify(part)).not.toContain(pullSecret.password);
    const { type } = await api.need('GET', `/api/v1/namespaces/${namespace}/secrets/${pullSecret.name}`);
    expect(type).toBe('kubernetes.io/dockerconfigjson');
    expect((await live()).spec.template.spec.imagePullSecrets).toEqual([{ name: pullSecret.name }]);
    api.close();
  },

  'following many workloads at once': async ({ stage, manifest, options }) => {
    const names = Array.from({ length: 12 }, (_, index) => `hello-${index}`);
    const manifests = names.map((name) => manifest({ name, replicas: 1 }));
    const part = await rollOut(options(stage.first, { manifests }));
    expect(part.workloads.map(({ readyReplicas }) => readyReplicas)).toEqual(names.map(() => 1));
  },
};
