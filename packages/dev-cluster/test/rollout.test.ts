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
} from './support/objects.ts';
import { startTestRegistry, type TestRegistry } from './support/registry.ts';

describe('a rollout', () => {
  let registry: TestRegistry;
  let cluster: DevCluster;
  let api: TestApi;
  const both = ['linux/amd64', 'linux/arm64'];

  beforeAll(async () => {
    registry = await startTestRegistry();
    cluster = await startDevCluster({ registryCas: { [registry.host]: registry.caCertificate } });
    api = connect(cluster);
    await api.post('/api/v1/namespaces/default/secrets', pullSecret(registry.host));
  });

  afterAll(async () => {
    await cluster.close();
    await registry.close();
  });

  it('pulls the image on nodes of both platforms and says which digest runs', async () => {
    const digest = registry.push('demo/app', 'v1', both);
    const image = `${registry.host}/demo/app@${digest}`;
    const began = performance.now();
    const created = await api.post(deploymentsPath, deployment({ image, replicas: 2 }));
    expect(created.spec).toMatchObject({ revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const done = await api.until(`${deploymentsPath}/app`, isRolledOut);
    expect(performance.now() - began).toBeLessThan(1500);
    expect(done.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
    expect(done.status.conditions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }),
        expect.objectContaining({ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }),
      ]),
    );
    const { items } = await api.get(podsPath);
    expect(items.map(({ spec }: Json) => spec.nodeName).sort()).toEqual(['node-amd64', 'node-arm64']);
    for (const pod of items) {
      expect(pod.status.containerStatuses[0]).toMatchObject({ imageID: image, ready: true, restartCount: 0 });
    }
    const events = await api.get(`${eventsPath}?fieldSelector=involvedObject.name%3D${items[0].metadata.name}`);
    const reasons = events.items.map(({ reason }: Json) => reason);
    expect(reasons).toEqual(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started']);
    const log = await api.get(`${podsPath}/${items[0].metadata.name}/log?container=app`);
    expect(log).toContain(`started ${image}`);
  });

  it('replaces the pods one after the other and counts the revision up', async () => {
    const image = `${registry.host}/demo/app@${registry.push('demo/app', 'v2', both)}`;
    const { metadata } = await api.get(deploymentsPath);
    const watching = api.watch(
      `${deploymentsPath}?watch=1&resourceVersion=${metadata.resourceVersion}`,
      ({ object }) => (object.metadata.generation > 1 ? isRolledOut(object) : false),
    );
    const patch = { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } };
    await api.patch(`${deploymentsPath}/app`, 'strategic-merge', patch);
    const seen = await watching;
    expect(seen.every(({ object }) => object.status.availableReplicas >= 2)).toBe(true);
    expect(seen.every(({ object }) => object.status.replicas <= 3)).toBe(true);
    expect(seen.at(-1).object.metadata.annotations['deployment.kubernetes.io/revision']).toBe('2');
    const { items } = await api.get(replicaSetsPath);
    const sizes = items.map(({ metadata, spec }: Json) => [
      metadata.annotations['deployment.kubernetes.io/revision'],
      spec.replicas,
    ]);
    expect(sizes.sort()).toEqual([
      ['1', 0],
      ['2', 2],
    ]);
    const events = await api.get(`${eventsPath}?fieldSelector=reason%3DScalingReplicaSet`);
    expect(events.items.at(-1).message).toMatch(/^Scaled down replica set app-\w+ from 1 to 0$/);
  });

  it('goes back to an earlier revision with its ReplicaSet', async () => {
    const { items } = await api.get(replicaSetsPath);
    const old = items.find(({ metadata }: Json) => metadata.annotations['deployment.kubernetes.io/revision'] === '1');
    const { 'pod-template-hash': _, ...labels } = old.spec.template.metadata.labels;
    const template = { ...old.spec.template, metadata: { ...old.spec.template.metadata, labels } };
    await api.patch(`${deploymentsPath}/app`, 'json', [{ op: 'replace', path: '/spec/template', value: template }]);
    const done = await api.until(`${deploymentsPath}/app`, isRolledOut);
    expect(done.metadata.annotations['deployment.kubernetes.io/revision']).toBe('3');
    expect((await api.get(replicaSetsPath)).items).toHaveLength(2);
    // The node has the image already.
    const events = await api.get(`${eventsPath}?fieldSelector=reason%3DPulled`);
    expect(events.items.some(({ message }: Json) => /already present on machine$/.test(message))).toBe(true);
  });

  it('keeps no more old revisions than revisionHistoryLimit', async () => {
    await api.patch(`${deploymentsPath}/app`, 'merge', { spec: { revisionHistoryLimit: 0 } });
    await api.until(replicaSetsPath, ({ items }) => items.length === 1);
  });

  it('ends all old pods before the first new one with Recreate', async () => {
    const image = (tag: string): string => `${registry.host}/demo/app:${tag}`;
    const spec = { strategy: { type: 'Recreate' } };
    await api.post(deploymentsPath, deployment({ name: 'single', image: image('v1'), replicas: 2, spec }));
    await api.until(`${deploymentsPath}/single`, isRolledOut);
    const { metadata } = await api.get(podsPath);
    const events = api.watch(
      `${podsPath}?watch=1&labelSelector=app%3Dsingle&resourceVersion=${metadata.resourceVersion}`,
      (_, all) => all.filter(({ type }) => type === 'ADDED').length === 2,
    );
    const value = image('v2');
    await api.patch(`${deploymentsPath}/single`, 'json', [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value },
    ]);
    const types = (await events).map(({ type }) => type).filter((type) => type !== 'MODIFIED');
    expect(types).toEqual(['DELETED', 'DELETED', 'ADDED', 'ADDED']);
    await api.until(`${deploymentsPath}/single`, isRolledOut);
  });

  it('takes ReplicaSets and pods away with their Deployment', async () => {
    const orphaned = { propagationPolicy: 'Orphan' };
    expect((await api.call('DELETE', `${deploymentsPath}/single`, orphaned)).code).toBe(200);
    await api.until(deploymentsPath, ({ items }) => items.length === 1);
    expect((await api.get(`${replicaSetsPath}?labelSelector=app%3Dsingle`)).items).not.toHaveLength(0);
    await api.call('DELETE', `${replicaSetsPath}?labelSelector=app%3Dsingle`);
    await api.call('DELETE', `${deploymentsPath}/app`, { propagationPolicy: 'Foreground' });
    await api.until(podsPath, ({ items }) => items.length === 0);
    await api.until(deploymentsPath, ({ items }) => items.length === 0);
    const events = await api.get(`${eventsPath}?fieldSelector=reason%3DKilling`);
    expect(events.items[0].message).toBe('Stopping container app');
  });
});
