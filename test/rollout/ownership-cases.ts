import { type RolloutOptions, rollOut, rolloutPartOf } from '@harbor-pilot/rollout';
import { expect } from '@jest/globals';
import { accountWith } from './account.ts';
import type { Cases } from './cases.ts';
import type { Json } from './kube-api.ts';
import { failureOf, imageOf, settings } from './world.ts';

const mergePatch = 'application/merge-patch+json';

/** What an account needs at least to roll out a Deployment; the first rule is for reading, the second for changing. */
const leastRules = [
  { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
];

function workload(kind: string, image: string, extra: object = {}): { path: string; text: string } {
  const metadata = { name: kind.toLowerCase() };
  const labels = { app: kind };
  const containers = [{ name: 'hello', image }];
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers, ...extra } };
  const spec = {
    selector: { matchLabels: labels },
    template,
    ...(kind === 'StatefulSet' ? { serviceName: 'none' } : {}),
  };
  return { path: 'workload.yaml', text: JSON.stringify({ apiVersion: 'apps/v1', kind, metadata, spec }) };
}

const messages = (part: Awaited<ReturnType<typeof rollOut>>): string[] => part.timeline.map(({ message }) => message);

/** What only a whole control plane knows: who owns which field, who may do what, other kinds of workloads. */
export const ownershipCases: Cases = {
  'takes over the image from another manager, and says so': async ({
    stage,
    api,
    namespace,
    manifest,
    options,
    live,
  }) => {
    const made = JSON.parse(manifest().text);
    await api.need('POST', `/apis/apps/v1/namespaces/${namespace}/deployments?fieldManager=kubectl-create`, made);
    const part = await rollOut(options(stage.first));
    expect(messages(part).join('\n')).toMatch(/takes over \S+image from kubectl-create/);
    expect(imageOf(await live())).toBe(`${stage.image}@${stage.first}`);
  },

  'has no quarrel with itself after it undid something': async ({ stage, options, unpullable }) => {
    expect(rolloutPartOf(await failureOf(rollOut(unpullable())))?.outcome).toBe('undone');
    const part = await rollOut(options(stage.second));
    expect(messages(part).join('\n')).not.toContain('takes over');
  },

  'leaves the replicas to an autoscaler': async ({ stage, api, namespace, options, live }) => {
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/hello/scale?fieldManager=autoscaler`;
    await api.need('PATCH', path, { spec: { replicas: 3 } }, mergePatch);
    const part = await rollOut(options(stage.first));
    expect(messages(part)).toContain('keeps .spec.replicas, which autoscaler scaled');
    expect((await live()).spec.replicas).toBe(3);
    expect(part.workloads[0]).toMatchObject({ readyReplicas: 3, replicas: 3 });
  },

  'works with the least rights': async ({ stage, namespace, options }) => {
    const kubeconfig = await accountWith(stage.kubeconfig, namespace, 'least', leastRules);
    const part = await rollOut(options(stage.second, { kubeconfig }));
    expect(part.outcome).toBe('complete');
    expect(messages(part)).toContain('goes on without events, which the account may not watch');
  },

  'names all rights that are missing before it changes anything': async ({
    stage,
    namespace,
    manifest,
    options,
    live,
  }) => {
    const kubeconfig = await accountWith(stage.kubeconfig, namespace, 'reader', [leastRules[0] ?? {}]);
    const extra: Partial<RolloutOptions> = { kubeconfig, manifests: [manifest(), settings] };
    const error = await failureOf(rollOut(options(stage.first, extra)));
    expect(error.code).toBe('CLUSTER_AUTH');
    for (const right of ['patch deployments/hello', 'patch configmaps/settings', 'list pods', 'watch pods']) {
      expect(error.message).toContain(`${right} in ${namespace}`);
    }
    expect(imageOf(await live())).toBe(`${stage.image}@${stage.second}`);
  },

  'waits for a StatefulSet and a DaemonSet': async ({ stage, options, api, namespace }) => {
    const image = `${stage.image}:any`;
    const manifests = [workload('StatefulSet', image), workload('DaemonSet', image)];
    await rollOut(options(stage.first, { manifests }));
    const part = await rollOut(options(stage.second, { manifests }));
    expect(part.workloads).toMatchObject([
      { kind: 'StatefulSet', readyReplicas: 1, replicas: 1 },
      { kind: 'DaemonSet', readyReplicas: expect.any(Number) },
    ]);
    const { items } = await api.need('GET', `/api/v1/namespaces/${namespace}/pods`);
    const images = items
      .filter(({ metadata }: Json) => /^(?:stateful|daemon)set/.test(metadata.name) && !metadata.deletionTimestamp)
      .map((pod: Json) => pod.spec.containers[0].image);
    expect(new Set(images)).toEqual(new Set([`${stage.image}@${stage.second}`]));
  },

  'undoes a DaemonSet whose image cannot be pulled': async ({ stage, options, api, namespace }) => {
    const image = `${stage.image}:any`;
    await rollOut(options(stage.first, { manifests: [workload('DaemonSet', image)] }));
    const manifests = [workload('DaemonSet', image, stage.unpullablePod)];
    const error = await failureOf(rollOut(options(stage.unpullable, { manifests })));
    expect(error.hint).toMatch(stage.unpullableHint);
    expect(rolloutPartOf(error)?.outcome).toBe('undone');
    const live = await api.need('GET', `/apis/apps/v1/namespaces/${namespace}/daemonsets/daemonset`);
    expect(imageOf(live)).toBe(`${stage.image}@${stage.first}`);
  },

  'undoes a StatefulSet, which would wait for ever for a pod that cannot run': async (world) => {
    const { stage, options, api, namespace } = world;
    const image = `${stage.image}:any`;
    await rollOut(options(stage.first, { manifests: [workload('StatefulSet', image)] }));
    const manifests = [workload('StatefulSet', image, stage.unpullablePod)];
    const error = await failureOf(rollOut(options(stage.unpullable, { manifests })));
    expect(rolloutPartOf(error)).toMatchObject({ outcome: 'undone', workloads: [{ readyReplicas: 1 }] });
    const pod = await api.need('GET', `/api/v1/namespaces/${namespace}/pods/statefulset-0`);
    expect(pod.spec.containers[0].image).toBe(`${stage.image}@${stage.first}`);
  },
};
