import { type KubeObject, resources } from '@harbor-pilot/cluster';
import { describe, expect, it } from '@jest/globals';
import { createTroubleMemory, type Trouble, troublesOf } from '../src/judge/pod-trouble.ts';
import { pullAdvice } from '../src/judge/pull-advice.ts';
import { hintFor } from '../src/judge/reasons.ts';
import { expectationOf, progressOf } from '../src/judge/workload-progress.ts';
import { deploymentOf } from './fake-cluster.ts';

const metadata = { name: 'hello', namespace: 'shop', generation: 2 };
const deployment = (status: KubeObject, extra: KubeObject = {}): KubeObject => ({
  ...deploymentOf('r.test/shop/hello:1', { replicas: 2, ...extra }),
  metadata,
  status: { observedGeneration: 2, ...status },
});
const expected = expectationOf(deployment({}), undefined);
const missed = (lastUpdateTime: string): KubeObject => ({
  conditions: [
    { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out', lastUpdateTime },
  ],
});

describe('the progress of a Deployment', () => {
  it.each<[string, KubeObject, string, string]>([
    ['an old picture', { ...deployment({}), metadata: { ...metadata, generation: 1 } }, 'unseen', 'to show'],
    [
      'an unseen change',
      deployment({ observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }),
      'unseen',
      'controller',
    ],
    [
      'too few new replicas',
      deployment({ replicas: 2, updatedReplicas: 1, availableReplicas: 2 }),
      'progressing',
      '1 of 2',
    ],
    [
      'old replicas left',
      deployment({ replicas: 3, updatedReplicas: 2, availableReplicas: 3 }),
      'progressing',
      '1 old',
    ],
    [
      'unavailable replicas',
      deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 1 }),
      'progressing',
      '1 of 2',
    ],
    ['all there', deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 }), 'complete', '2 of 2'],
    ['none wanted', deployment({}, { replicas: 0 }), 'complete', 'no replicas'],
    ['a pause', deployment({ replicas: 2 }, { paused: true }), 'failed', 'paused'],
    ['a missed deadline', deployment(missed('2026-01-01T00:00:00Z')), 'failed', 'ProgressDeadlineExceeded: timed out'],
    ['another image', { ...deploymentOf('r.test/shop/hello:2'), metadata }, 'superseded', 'somebody else'],
    [
      'a deletion',
      { ...deployment({}), metadata: { ...metadata, deletionTimestamp: 'now' } },
      'superseded',
      'somebody',
    ],
  ])('with %s', (_what, live, state, message) => {
    const progress = progressOf(live, expected);
    expect(progress.state).toBe(state);
    expect(progress.message).toContain(message);
  });

  it('does not mind a deadline that was missed before the change', () => {
    const before = deployment(missed('2026-01-01T00:00:00Z'));
    const again = expectationOf(before, before);
    expect(progressOf(before, again).state).toBe('progressing');
    expect(progressOf(deployment(missed('2026-01-01T00:10:00Z')), again).state).toBe('failed');
  });
});

describe('the progress of other workloads', () => {
  const of = (kind: string, status: KubeObject, spec: KubeObject = {}): string => {
    const object = { ...deployment({}, spec), kind, status: { observedGeneration: 2, ...status } };
    return progressOf(object, expectationOf(object, undefined)).state;
  };

  it('waits for all replicas of a StatefulSet', () => {
    const revisions = { currentRevision: 'a', updateRevision: 'b' };
    expect(of('StatefulSet', { ...revisions, updatedReplicas: 1, readyReplicas: 2 })).toBe('progressing');
    expect(of('StatefulSet', { ...revisions, updatedReplicas: 2, readyReplicas: 1 })).toBe('progressing');
    expect(of('StatefulSet', { ...revisions, updatedReplicas: 2, readyReplicas: 2 })).toBe('progressing');
    expect(of('StatefulSet', { currentRevision: 'b', updateRevision: 'b', readyReplicas: 2 })).toBe('complete');
    const partition = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } };
    expect(of('StatefulSet', { ...revisions, updatedReplicas: 1, readyReplicas: 2 }, partition)).toBe('complete');
    expect(of('StatefulSet', revisions, { updateStrategy: { type: 'OnDelete' } })).toBe('complete');
  });

  it('waits for all nodes of a DaemonSet', () => {
    expect(of('DaemonSet', { desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 })).toBe(
      'progressing',
    );
    expect(of('DaemonSet', { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 })).toBe(
      'progressing',
    );
    expect(of('DaemonSet', { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 })).toBe(
      'complete',
    );
  });
});

const pod = (status: KubeObject, extra: KubeObject = {}): KubeObject => ({
  kind: 'Pod',
  metadata: { name: 'hello-1', uid: 'p1', ...extra },
  spec: { nodeName: 'node-1' },
  status,
});
const container = (state: KubeObject): KubeObject => ({
  containerStatuses: [{ name: 'hello', ready: false, ...state }],
});
const waiting = (reason: string, message = ''): KubeObject => container({ state: { waiting: { reason, message } } });
const only = (troubles: readonly Trouble[]): Trouble | undefined => {
  expect(troubles.length).toBeLessThanOrEqual(1);
  return troubles[0];
};

describe('the troubles of a pod', () => {
  it.each([
    ['a starting container', waiting('ContainerCreating')],
    ['a running one', container({ ready: true, state: { running: {} } })],
    ['one that healed', container({ ready: true, restartCount: 3, lastState: { terminated: { exitCode: 1 } } })],
    [
      'a finished init container',
      { initContainerStatuses: [{ name: 'init', ready: true, state: { terminated: { exitCode: 0 } } }] },
    ],
  ])('are none with %s', (_what, status) => {
    expect(troublesOf(pod(status), [])).toEqual([]);
  });

  it('are none while it is being deleted', () => {
    expect(troublesOf(pod(waiting('ErrImagePull', '404'), { deletionTimestamp: 'now' }), [])).toEqual([]);
  });

  it('tell a lasting pull failure from a passing one', () => {
    expect(only(troublesOf(pod(waiting('ErrImagePull', 'x: 401 Unauthorized')), []))?.graceSeconds).toBe(2);
    expect(only(troublesOf(pod(waiting('ErrImagePull', 'dial tcp: i/o timeout')), []))?.graceSeconds).toBe(30);
  });

  it('find the answer of the registry in an event while the node pauses', () => {
    const event = {
      reason: 'Failed',
      involvedObject: { uid: 'p1' },
      message: 'Failed to pull image: 412 Precondition Failed',
    };
    const other = { ...event, involvedObject: { uid: 'p2' }, message: 'not found' };
    const trouble = only(troublesOf(pod(waiting('ImagePullBackOff', 'Back-off pulling image "x"')), [other, event]));
    expect(trouble).toMatchObject({ reason: 'ImagePullBackOff', graceSeconds: 2 });
    expect(trouble?.message).toContain('412');
  });

  it('leave out what node and runtime say before the answer of the registry', () => {
    const image = '"h.test/shop/hello@sha256:00"';
    const answer = 'unexpected status from HEAD request to https://h.test/v2/: 412 Precondition Failed';
    const wrapped = `Back-off pulling image ${image}: ErrImagePull: rpc error: code = Unknown desc = failed to pull and unpack image ${image}: failed to resolve reference ${image}: ${answer}`;
    expect(only(troublesOf(pod(waiting('ImagePullBackOff', wrapped)), []))?.message).toBe(answer);
  });

  it('tell how a container ended, also while it is tried again', () => {
    const terminated = { exitCode: 137, reason: 'OOMKilled' };
    const ended = only(troublesOf(pod(container({ state: { terminated } })), []));
    const again = only(
      troublesOf(pod(container({ state: { running: {} }, lastState: { terminated }, restartCount: 2 })), []),
    );
    expect(ended?.message).toContain('code 137 (OOMKilled');
    expect(again).toMatchObject({ reason: 'CrashLoopBackOff' });
    expect(again?.message).toContain('after 2 restarts on node-1');
  });

  it('need no more patience after three restarts', () => {
    const crash = (restartCount: number): KubeObject =>
      container({ restartCount, state: { terminated: { exitCode: 1 } } });
    expect(only(troublesOf(pod(crash(2)), []))?.graceSeconds).toBe(15);
    expect(only(troublesOf(pod(crash(3)), []))?.graceSeconds).toBe(0);
  });

  it('include that no node takes it', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
    ];
    expect(only(troublesOf(pod({ conditions }), []))).toMatchObject({ reason: 'Unschedulable', container: '' });
  });

  it('count when they last longer than their grace', () => {
    const memory = createTroubleMemory();
    const at = (seconds: number): Date => new Date(seconds * 1000);
    const crash = troublesOf(pod(container({ state: { terminated: { exitCode: 1 } } })), []);
    const backOff = troublesOf(pod(waiting('CrashLoopBackOff')), []);
    expect(memory.lasting(crash, at(0))).toEqual([]);
    expect(memory.lasting(backOff, at(10))).toEqual([]);
    expect(memory.lasting(crash, at(15))).toHaveLength(1);
    expect(memory.lasting([], at(16))).toEqual([]);
    expect(memory.lasting(crash, at(17))).toEqual([]);
    expect(memory.lasting(troublesOf(pod(waiting('InvalidImageName')), []), at(18))).toHaveLength(1);
  });
});

describe('the hint about pods that are late', () => {
  const place = { resource: resources.deployments, namespace: 'shop', name: 'hello' };
  const followed = { place, title: 'deployment/hello', expected };
  const hint = (...reasons: string[]): string =>
    hintFor({ followed, state: 'late', message: 'late', troubles: [] }, reasons);

  it('says that they may be given more time, by an input that there is', () => {
    expect(hint()).toContain('rollout-timeout');
    expect(hint('pod/a wrote last: no quota today')).toContain('rollout-timeout');
  });

  it.each([
    ['pods "a" is forbidden: exceeded quota: q, requested: pods=1', 'ResourceQuota'],
    ['pods "a" is forbidden: failed quota: q: must specify limits.cpu', 'ResourceQuota'],
    ['pods "a" is forbidden: ValidatingAdmissionPolicy "p" denied request', 'A rule of the cluster'],
    ['admission webhook "w" denied the request: no', 'A rule of the cluster'],
  ])('says what %s means', (reason, expected) => {
    expect(hint(reason)).toContain(expected);
  });
});

describe('what a failed pull means', () => {
  it.each([
    ['no match for platform in manifest: not found', 'architecture'],
    ['no image found in manifest list for architecture "arm64", variant "v8", OS "linux"', 'architecture'],
    ['412 Precondition Failed', 'policy'],
    [
      "current image with 3 vulnerabilities cannot be pulled due to configured policy in 'Prevent images…'",
      'vulnerabilities',
    ],
    ['412: The image is not signed by cosign.', 'Sign this digest'],
    ['failed to fetch oauth token: unexpected status: 401 Unauthorized', 'pull secret'],
    ['pull access denied, repository does not exist or may require authorization: insufficient_scope', 'robot account'],
    ['unexpected status from HEAD request: 403 Forbidden', 'pull secret'],
    ['h.test/shop/hello@sha256:00: not found', 'no such image'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'CA'],
    ['429 Too Many Requests', 'rate'],
    ['dial tcp: lookup h.test: no such host', 'cannot reach'],
    [
      'failed to pull and unpack image "h.test/shop/certificates:1": failed to resolve reference "h.test/shop/certificates:1": failed to do request: Head "https://h.test/v2/shop/certificates/manifests/1": dial tcp 10.0.0.1:443: i/o timeout',
      'cannot reach',
    ],
    [
      'unexpected status from HEAD request to https://h.test/v2/shop/certificates/manifests/1: 429 Too Many Requests',
      'rate',
    ],
    ['h.test/shop/vulnerability-api@sha256:00: not found', 'no such image'],
  ])('%s', (message, hint) => {
    expect(pullAdvice(message)?.hint).toContain(hint);
  });

  it('stays open for what nobody knows', () => {
    expect(pullAdvice('Back-off pulling image "h.test/shop/hello@sha256:404403"')).toBeUndefined();
  });
});
