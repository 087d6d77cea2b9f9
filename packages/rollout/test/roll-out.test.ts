import { dig, type KubeObject, resources } from '@harbor-pilot/cluster';
import { PilotError } from '@harbor-pilot/core';
import type { TimelineEntry } from '@harbor-pilot/step-kit';
import { createQuickClock } from '@harbor-pilot/testkit';
import { describe, expect, it } from '@jest/globals';
import { rolloutPartOf } from '../src/index.ts';
import type { RolloutOptions } from '../src/options.ts';
import { rollOutOn } from '../src/roll-out.ts';
import { type Behaviour, createFakeCluster, deploymentOf, type FakeCluster, shop } from './fake-cluster.ts';

const image = 'harbor.test/shop/hello';
const digest = `sha256:${'a'.repeat(64)}` as const;
const pinned = `${image}@${digest}`;
const old = deploymentOf(`${image}:old`);
const manifest = (object: KubeObject): { path: string; text: string } => ({
  path: 'k8s.yaml',
  text: JSON.stringify(object),
});
const options = (extra: Partial<RolloutOptions> = {}): RolloutOptions => ({
  kubeconfig: '',
  manifests: [manifest(deploymentOf(`${image}:1`))],
  image,
  digest,
  namespace: 'shop',
  timeoutSeconds: 120,
  undoOnFailure: true,
  clock: createQuickClock(),
  ...extra,
});
const refuse: Behaviour = (deployment) =>
  JSON.stringify(deployment.spec).includes(digest)
    ? { name: 'hello', state: { waiting: { reason: 'ErrImagePull', message: '403 Forbidden' } } }
    : 'whole';
const imageIn = (cluster: FakeCluster): unknown =>
  dig(cluster.get(resources.deployments, 'shop', 'hello'), 'spec', 'template', 'spec', 'containers', 0, 'image');
const writes = (cluster: FakeCluster): string[] =>
  cluster.calls.filter((call) => /^(?:apply|force|patch|delete)/.test(call));

async function failureOf(promise: Promise<unknown>): Promise<PilotError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof PilotError) return error;
  throw error ?? new Error('it succeeded');
}

describe('a rollout', () => {
  it('creates what is new, in order, and tells how it went', async () => {
    const cluster = createFakeCluster([]);
    const told: TimelineEntry[] = [];
    const files = [deploymentOf(image), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }, shop].map(
      manifest,
    );
    const part = await rollOutOn(cluster.client, options({ manifests: files, progress: (entry) => told.push(entry) }));
    expect(part).toMatchObject({ outcome: 'complete', namespace: 'shop', reasons: [] });
    expect(part.workloads).toEqual([{ kind: 'Deployment', name: 'hello', revision: 1, readyReplicas: 2, replicas: 2 }]);
    expect(writes(cluster)).toEqual(['apply namespace/shop', 'apply configmap/c', 'apply deployment/hello']);
    expect(imageIn(cluster)).toBe(pinned);
    expect(part.timeline).toEqual(told);
    expect(told.map(({ message }) => message)).toContain('created');
  });

  it('replaces a revision, and does nothing the second time', async () => {
    const cluster = createFakeCluster([shop, old]);
    const first = await rollOutOn(cluster.client, options());
    expect(first.workloads[0]).toMatchObject({ revisionBefore: 1, revision: 2 });
    const second = await rollOutOn(cluster.client, options());
    expect(second.workloads[0]).toMatchObject({ revisionBefore: 2, revision: 2 });
    expect(second.timeline.map(({ message }) => message)).toContain('unchanged');
  });

  it('sets the image of one workload when there are no manifests', async () => {
    const cluster = createFakeCluster([shop, old]);
    const part = await rollOutOn(cluster.client, options({ manifests: [], workload: 'deployment/hello' }));
    expect(part.outcome).toBe('complete');
    expect(writes(cluster)).toEqual(['patch deployment/hello']);
    expect(imageIn(cluster)).toBe(pinned);
  });

  it('gives the password of the pull secret to the Secret and to nothing else', async () => {
    const cluster = createFakeCluster([shop], refuse);
    const pullSecret = {
      name: 'harbor',
      registry: 'harbor.test',
      username: 'robot$ci',
      password: 'correct-horse-battery',
    };
    cluster.answers.set('list pods', () => undefined);
    const error = await failureOf(rollOutOn(cluster.client, options({ pullSecret })));
    const data = dig(cluster.get(resources.secrets, 'shop', 'harbor'), 'data', '.dockerconfigjson');
    const config: unknown = JSON.parse(Buffer.from(String(data), 'base64').toString());
    const auth = Buffer.from('robot$ci:correct-horse-battery').toString('base64');
    expect(config).toEqual({ auths: { 'harbor.test': { username: 'robot$ci', password: pullSecret.password, auth } } });
    expect(cluster.get(resources.secrets, 'shop', 'harbor')).toMatchObject({ type: 'kubernetes.io/dockerconfigjson' });
    const output = JSON.stringify([error.message, error.details, rolloutPartOf(error)]);
    expect(output).not.toContain('correct-horse');
    expect(output).not.toContain(auth);
  });

  it('takes over fields of others and says so, but leaves the replicas of an autoscaler', async () => {
    const cluster = createFakeCluster([shop, deploymentOf(`${image}:old`, { replicas: 7 })]);
    const conflicts = [
      { field: '.spec.replicas', manager: 'kube-controller-manager', subresource: 'scale' },
      { field: '.spec.template.spec.containers[name="hello"].image', manager: 'kubectl-edit' },
    ];
    cluster.answers.set('apply deployment', () => conflicts);
    cluster.answers.set('try deployment', () => undefined);
    const part = await rollOutOn(cluster.client, options());
    expect(part.workloads[0]).toMatchObject({ replicas: 7 });
    expect(part.timeline.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'keeps .spec.replicas, which kube-controller-manager scaled',
        'takes over .spec.template.spec.containers[name="hello"].image from kubectl-edit',
      ]),
    );
  });

  it('lists again when the cluster forgot the version, and goes on when a watch breaks', async () => {
    const cluster = createFakeCluster([shop, old], () => 'stuck');
    const running = rollOutOn(cluster.client, options());
    const live = (): KubeObject => cluster.get(resources.deployments, 'shop', 'hello') ?? {};
    while (imageIn(cluster) !== pinned) await new Promise((resolve) => setImmediate(resolve));
    cluster.breakWatches(new PilotError('CLUSTER_UNREACHABLE', 'connection lost'));
    cluster.breakWatches(new PilotError('ANSWER_UNEXPECTED', 'too old', { details: { status: 410 } }));
    cluster.put({
      ...live(),
      status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
    });
    expect((await running).outcome).toBe('complete');
  });
});

describe('a rollout that fails', () => {
  it('is undone, with the reasons from before', async () => {
    const cluster = createFakeCluster([shop, old], refuse);
    const error = await failureOf(rollOutOn(cluster.client, options()));
    expect(error).toMatchObject({
      code: 'ROLLOUT_FAILED',
      exitCode: 6,
      details: { outcome: 'undone', namespace: 'shop' },
    });
    expect(error.message).toContain('403 Forbidden');
    expect(error.hint).toContain('pull secret');
    const part = rolloutPartOf(error);
    expect(part).toMatchObject({
      outcome: 'undone',
      workloads: [{ name: 'hello', revisionBefore: 1, revision: 3, readyReplicas: 2 }],
    });
    expect(part?.reasons.join('\n')).toContain('pod/hello-2-a (container hello): ErrImagePull: 403 Forbidden');
    expect(imageIn(cluster)).toBe(`${image}:old`);
    expect(part?.durationSeconds).toBeLessThan(20);
  });

  it('is left as it is when undoing is not wanted', async () => {
    const cluster = createFakeCluster([shop, old], refuse);
    const error = await failureOf(rollOutOn(cluster.client, options({ undoOnFailure: false })));
    expect(rolloutPartOf(error)?.outcome).toBe('failed');
    expect(imageIn(cluster)).toBe(pinned);
  });

  it('deletes a workload that it created', async () => {
    const cluster = createFakeCluster([shop], refuse);
    const error = await failureOf(rollOutOn(cluster.client, options()));
    expect(rolloutPartOf(error)).toMatchObject({ outcome: 'undone', workloads: [{ readyReplicas: 0, replicas: 0 }] });
    expect(imageIn(cluster)).toBeUndefined();
  });

  it('keeps a workload that it created and that somebody else has given another image meanwhile', async () => {
    const second = { ...deploymentOf(`${image}:1`), metadata: { name: 'second', namespace: 'shop' } };
    const behave: Behaviour = (deployment) => (dig(deployment, 'metadata', 'name') === 'hello' ? 'whole' : 'stuck');
    const cluster = createFakeCluster([shop], behave);
    const manifests = [manifest(deploymentOf(`${image}:1`)), manifest(second)];
    // What was made last is undone first.
    cluster.answers.set('delete deployment/second', () => void cluster.put(deploymentOf(`${image}:theirs`)));
    const error = await failureOf(rollOutOn(cluster.client, options({ manifests, timeoutSeconds: 5 })));
    expect(error.message).toContain('deployment/hello was not put back: somebody else changed it meanwhile');
    expect(imageIn(cluster)).toBe(`${image}:theirs`);
    expect(cluster.get(resources.deployments, 'shop', 'second')).toBeUndefined();
  });

  it('goes back to the revision before when the digest was there already', async () => {
    const cluster = createFakeCluster([shop, old], refuse);
    await failureOf(rollOutOn(cluster.client, options({ undoOnFailure: false })));
    const error = await failureOf(rollOutOn(cluster.client, options()));
    expect(rolloutPartOf(error)?.outcome).toBe('undone');
    expect(imageIn(cluster)).toBe(`${image}:old`);
  });

  it('shows the last lines of a container that crashes', async () => {
    const crash: Behaviour = (deployment) =>
      JSON.stringify(deployment.spec).includes(digest)
        ? {
            name: 'hello',
            restartCount: 2,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 3 } },
          }
        : 'whole';
    const cluster = createFakeCluster([shop, old], crash);
    const reasons = rolloutPartOf(await failureOf(rollOutOn(cluster.client, options())))?.reasons.join('\n');
    expect(reasons).toContain('exited with code 3 after 2 restarts on node-1');
    expect(reasons).toContain('cannot open /config');
  });

  it('says so when the time is over', async () => {
    const cluster = createFakeCluster([shop, old], (deployment) =>
      JSON.stringify(deployment).includes(digest) ? 'stuck' : 'whole',
    );
    const error = await failureOf(rollOutOn(cluster.client, options({ timeoutSeconds: 30 })));
    expect(error.message).toContain('not whole after 30 s: 0 of 2 new replicas available');
    expect(rolloutPartOf(error)?.outcome).toBe('undone');
  });

  it('does not undo what somebody else rolled out meanwhile', async () => {
    const cluster = createFakeCluster([shop, old], () => 'stuck');
    const running = failureOf(rollOutOn(cluster.client, options()));
    while (imageIn(cluster) !== pinned) await new Promise((resolve) => setImmediate(resolve));
    const theirs = deploymentOf(`${image}:theirs`);
    cluster.put({ ...theirs, metadata: { name: 'hello', namespace: 'shop' } });
    const error = await running;
    expect(error.message).toContain('somebody else changed it meanwhile');
    expect(rolloutPartOf(error)?.outcome).toBe('failed');
    expect(imageIn(cluster)).toBe(`${image}:theirs`);
  });

  it('leaves the cluster as it is when it is interrupted', async () => {
    const cluster = createFakeCluster([shop, old], () => 'stuck');
    const controller = new AbortController();
    const reason = new Error('stop');
    const running = rollOutOn(cluster.client, options({ signal: controller.signal })).catch((error: unknown) => error);
    while (imageIn(cluster) !== pinned) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(reason);
    expect(await running).toBe(reason);
    expect(imageIn(cluster)).toBe(pinned);
    expect(rolloutPartOf(reason)?.timeline.at(-1)?.message).toBe('interrupted: the cluster is left as it is');
  });
});

it('says why a rollout failed, also when undoing it is interrupted', async () => {
  let isPutBack = false;
  const cluster = createFakeCluster([shop, old], (deployment) => (isPutBack ? 'stuck' : refuse(deployment)));
  const controller = new AbortController();
  const reason = new Error('stop');
  cluster.answers.set('patch deployment/hello', () => {
    isPutBack = true;
  });
  const progress = ({ message }: TimelineEntry): void => {
    if (message.startsWith('put back')) controller.abort(reason);
  };
  const running = rollOutOn(cluster.client, options({ signal: controller.signal, progress }));
  expect(await running.catch((error: unknown) => error)).toBe(reason);
  const reasons = rolloutPartOf(reason)?.reasons.join('\n');
  expect(reasons).toContain('403 Forbidden');
  expect(reasons).toContain('interrupted before all was whole again');
  expect(imageIn(cluster)).toBe(`${image}:old`);
});

describe('a rollout that cannot begin', () => {
  const nothing = async (cluster: FakeCluster, extra: Partial<RolloutOptions>): Promise<PilotError> => {
    const error = await failureOf(rollOutOn(cluster.client, options(extra)));
    expect(writes(cluster)).toEqual([]);
    return error;
  };

  it('because the namespace is not there', async () => {
    const error = await nothing(createFakeCluster([]), {});
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toContain('namespace shop');
  });

  it('because no manifest has the image', async () => {
    const error = await nothing(createFakeCluster([shop]), { image: 'harbor.test/shop/other' });
    expect(error.code).toBe('MANIFESTS_INVALID');
    expect(error.message).toContain(`${image}:1`);
  });

  it('because the cluster has no such kind', async () => {
    const alien = manifest({ apiVersion: 'x.test/v1', kind: 'Alien', metadata: { name: 'a' } });
    const error = await nothing(createFakeCluster([shop]), { manifests: [...options().manifests, alien] });
    expect(error).toMatchObject({ code: 'MANIFESTS_INVALID', details: { position: 'k8s.yaml:1' } });
  });

  it('because the workload is not there, or is none', async () => {
    const missing = await nothing(createFakeCluster([shop]), { manifests: [], workload: 'deployment/hello' });
    const none = await nothing(createFakeCluster([shop]), { manifests: [], workload: 'service/hello' });
    const neither = await nothing(createFakeCluster([shop]), { manifests: [] });
    expect([missing.code, none.code, neither.code]).toEqual(['INPUT_INVALID', 'INPUT_INVALID', 'INPUT_INVALID']);
  });

  it('because a permission is missing, naming all that are', async () => {
    const cluster = createFakeCluster([shop, old]);
    cluster.answers.set('review patch deployments', () => false);
    cluster.answers.set('review watch pods', () => false);
    const error = await nothing(cluster, {});
    expect(error.code).toBe('CLUSTER_AUTH');
    expect(error.message).toContain('patch deployments/hello in shop, watch pods in shop');
  });

  it('because the cluster refuses the content', async () => {
    const cluster = createFakeCluster([shop]);
    cluster.answers.set('try deployment', () => {
      throw new PilotError('ANSWER_UNEXPECTED', 'spec.selector: Required value', { details: { status: 422 } });
    });
    const error = await nothing(cluster, {});
    expect(error).toMatchObject({ code: 'MANIFESTS_INVALID', details: { position: 'k8s.yaml:1', status: 422 } });
    expect(error.message).toContain('k8s.yaml:1: spec.selector: Required value');
  });

  it.each([
    ['manifests', {}],
    ['a workload', { manifests: [], workload: 'deployment/hello' }],
  ])('because a Deployment is paused, with %s', async (_what, extra) => {
    const cluster = createFakeCluster([shop, deploymentOf(`${image}:old`, { paused: true })]);
    const error = await failureOf(rollOutOn(cluster.client, options(extra)));
    expect(error).toMatchObject({ code: 'ROLLOUT_FAILED', message: 'deployment/hello is paused' });
    expect(error.hint).toContain('kubectl rollout resume deployment/hello');
    expect(rolloutPartOf(error)).toMatchObject({ outcome: 'failed', workloads: [], reasons: [error.message] });
    expect(writes(cluster)).toEqual([]);
  });

  it('because the object is not the one that was written down', async () => {
    const cluster = createFakeCluster([shop, old]);
    cluster.answers.set('try deployment/hello', () => {
      throw new PilotError('ANSWER_UNEXPECTED', 'the object has been modified', { details: { status: 409 } });
    });
    const error = await failureOf(rollOutOn(cluster.client, options()));
    expect(error).toMatchObject({ code: 'MANIFESTS_INVALID', hint: expect.stringContaining('resourceVersion') });
  });

  it('because somebody else was faster with the workload', async () => {
    const cluster = createFakeCluster([shop, old]);
    cluster.answers.set('patch deployment/hello', () => void cluster.put(deploymentOf(`${image}:theirs`)));
    const error = await failureOf(rollOutOn(cluster.client, options({ manifests: [], workload: 'deployment/hello' })));
    expect(error.hint).toContain('Somebody else may have changed it meanwhile');
    expect(imageIn(cluster)).toBe(`${image}:theirs`);
  });
});

it('goes on without events when the account may not watch them', async () => {
  const cluster = createFakeCluster([shop]);
  cluster.answers.set('review watch events', () => false);
  const part = await rollOutOn(cluster.client, options());
  expect(part.outcome).toBe('complete');
  expect(cluster.calls).not.toContain('watch events');
});
