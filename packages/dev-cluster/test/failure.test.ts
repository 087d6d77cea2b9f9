import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DevCluster, startDevCluster } from '../src/index.ts';
import { connect, type Json, type TestApi } from './support/api.ts';
import {
  deployment,
  deploymentsPath,
  eventsPath,
  isRolledOut,
  podsPath,
  pullSecret,
  replicaSetsPath,
  waitingState,
} from './support/objects.ts';
import { startTestRegistry, type TestRegistry } from './support/registry.ts';

describe('a rollout that fails', () => {
  let registry: TestRegistry;
  let cluster: DevCluster;
  let api: TestApi;
  let image: string;

  beforeAll(async () => {
    registry = await startTestRegistry();
    cluster = await startDevCluster({
      nodes: [{ name: 'only', platform: 'linux/amd64' }],
      registryCas: { [registry.host]: registry.caCertificate },
    });
    api = connect(cluster);
    await api.post('/api/v1/namespaces/default/secrets', pullSecret(registry.host));
    registry.push('demo/app', 'v1', ['linux/amd64']);
    image = `${registry.host}/demo/app:v1`;
  });

  afterAll(async () => {
    await cluster.close();
    await registry.close();
  });

  it('restarts a container that crashes, with its exit code and log', async () => {
    const annotations = { 'dev-cluster.harbor-pilot.io/crash': 'true' };
    await api.post(deploymentsPath, deployment({ name: 'crash', image, annotations }));
    const { message } = await waitingState(api, 'crash', 'CrashLoopBackOff');
    expect(message).toMatch(/^back-off 300ms restarting failed container=app pod=crash-/);
    const list = await api.until(
      `${podsPath}?labelSelector=app%3Dcrash`,
      ({ items }) => items[0].status.containerStatuses[0].restartCount > 0,
    );
    const [pod] = list.items;
    expect(pod.status.phase).toBe('Running');
    expect(pod.status.containerStatuses[0]).toMatchObject({
      ready: false,
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    const log = `${podsPath}/${pod.metadata.name}/log`;
    expect(await api.get(`${log}?previous=true`)).toMatch(/fatal: .*exit code 1\n$/);
    expect((await api.get(`${log}?previous=true&tailLines=1`)).split('\n')).toHaveLength(2);
  });

  it('says when the progress deadline has passed, and recovers afterwards', async () => {
    const annotations = { 'dev-cluster.harbor-pilot.io/never-ready': 'true' };
    const spec = { progressDeadlineSeconds: 1 };
    await api.post(deploymentsPath, deployment({ name: 'late', image, annotations, spec }));
    const late = await api.until(`${deploymentsPath}/late`, ({ status }) =>
      status.conditions?.some(({ reason }: Json) => reason === 'ProgressDeadlineExceeded'),
    );
    const progressing = late.status.conditions.find(({ type }: Json) => type === 'Progressing');
    expect(progressing).toMatchObject({
      status: 'False',
      message: expect.stringMatching(/^ReplicaSet "late-\w+" has timed out progressing\.$/),
    });
    const { items } = await api.get(`${podsPath}?labelSelector=app%3Dlate`);
    const [container] = items[0].status.containerStatuses;
    expect(container).toMatchObject({ ready: false, started: true });
    const ready = items[0].status.conditions.find(({ type }: Json) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'False', reason: 'ContainersNotReady' });
    const metadata = { annotations: { 'dev-cluster.harbor-pilot.io/never-ready': null } };
    await api.patch(`${deploymentsPath}/late`, 'merge', { spec: { template: { metadata } } });
    await api.until(`${deploymentsPath}/late`, isRolledOut);
  });

  it('keeps the old pods while the new ones do not come', async () => {
    await api.post(deploymentsPath, deployment({ name: 'kept', image, replicas: 2 }));
    await api.until(`${deploymentsPath}/kept`, isRolledOut);
    const value = `${registry.host}/demo/app:absent`;
    await api.patch(`${deploymentsPath}/kept`, 'json', [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value },
    ]);
    await api.until(`${podsPath}?labelSelector=app%3Dkept`, ({ items }) =>
      items.some(({ status }: Json) => status.containerStatuses?.[0].state.waiting?.reason === 'ImagePullBackOff'),
    );
    const { status } = await api.get(`${deploymentsPath}/kept`);
    expect(status).toMatchObject({ replicas: 3, updatedReplicas: 1, availableReplicas: 2, unavailableReplicas: 1 });
  });

  it('tells why no node fits', async () => {
    const podSpec = { nodeSelector: { 'kubernetes.io/arch': 'arm64' } };
    await api.post(deploymentsPath, deployment({ name: 'nowhere', image, podSpec }));
    const { items } = await api.until(
      `${eventsPath}?fieldSelector=reason%3DFailedScheduling`,
      (list) => list.items.length > 0,
    );
    expect(items[0].message).toMatch(
      /^0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector\./,
    );
    const pods = await api.get(`${podsPath}?labelSelector=app%3Dnowhere`);
    expect(pods.items[0].status).toMatchObject({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
    });
  });

  it('tells that the service account does not exist', async () => {
    const podSpec = { serviceAccountName: 'absent' };
    await api.post(deploymentsPath, deployment({ name: 'nobody', image, podSpec }));
    const { status } = await api.until(`${deploymentsPath}/nobody`, (object) =>
      object.status.conditions?.some(({ type }: Json) => type === 'ReplicaFailure'),
    );
    const failure = status.conditions.find(({ type }: Json) => type === 'ReplicaFailure');
    expect(failure).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    expect(failure.message).toContain('serviceaccount "absent" not found');
    expect((await api.get(`${replicaSetsPath}?labelSelector=app%3Dnobody`)).items[0].status.replicas).toBe(0);
  });

  it('rolls nothing out while it is paused', async () => {
    await api.post(deploymentsPath, deployment({ name: 'paused', image, spec: { paused: true } }));
    const paused = await api.until(`${deploymentsPath}/paused`, ({ status }) => status.observedGeneration === 1);
    expect(paused.status.conditions).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: 'Progressing', reason: 'DeploymentPaused' })]),
    );
    await api.patch(`${deploymentsPath}/paused`, 'merge', { spec: { paused: false } });
    await api.until(`${deploymentsPath}/paused`, isRolledOut);
  });
});
