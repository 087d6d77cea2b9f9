import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DevCluster, startDevCluster } from '../src/index.ts';
import { connect, type Json, type TestApi } from './support/api.ts';
import { deployment, deploymentsPath, pullSecret } from './support/objects.ts';

describe('the API', () => {
  let cluster: DevCluster;
  let api: TestApi;
  const maps = '/api/v1/namespaces/default/configmaps';
  const map = (name: string, data: object = {}, labels: object = {}): Json => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels },
    data,
  });

  beforeAll(async () => {
    cluster = await startDevCluster({ nodes: [], historyLength: 50 });
    api = connect(cluster);
  });

  afterAll(() => cluster.close());

  it('tells its version and groups', async () => {
    expect(await api.get('/version')).toMatchObject({ major: '1', minor: '34' });
    expect((await api.get('/api')).versions).toEqual(['v1']);
    expect((await api.get('/apis')).groups.map(({ name }: Json) => name)).toEqual(['apps', 'authorization.k8s.io']);
    const { resources } = await api.get('/api/v1');
    expect(resources.map(({ name }: Json) => name)).toEqual(expect.arrayContaining(['pods', 'pods/log', 'secrets']));
    expect(await api.get('/readyz')).toBe('ok');
    expect(await api.call('GET', '/apis/batch/v1/jobs')).toMatchObject({ code: 404, body: { reason: 'NotFound' } });
  });

  it('lets nobody in without the token', async () => {
    const headers = { authorization: 'Bearer wrong' };
    const wrong = await api.call('GET', deploymentsPath, undefined, headers);
    expect(wrong).toMatchObject({ code: 401, body: { kind: 'Status', reason: 'Unauthorized' } });
    const review = { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } };
    const answer = await api.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review);
    expect(answer.status.allowed).toBe(true);
  });

  it('makes the default service account with a namespace, and empties a namespace that goes', async () => {
    await api.post('/api/v1/namespaces', { metadata: { name: 'shop' } });
    expect(await api.get('/api/v1/namespaces/shop/serviceaccounts/default')).toMatchObject({ kind: 'ServiceAccount' });
    await api.post('/api/v1/namespaces/shop/secrets', pullSecret('registry.example'));
    const inShop = '/api/v1/namespaces/shop/configmaps';
    await api.post(inShop, { ...map('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    expect((await api.call('DELETE', '/api/v1/namespaces/shop')).body.status.phase).toBe('Terminating');
    const late = await api.call('POST', inShop, map('late'));
    expect(late).toMatchObject({ code: 403, body: { details: { causes: [{ reason: 'NamespaceTerminating' }] } } });
    await api.patch(`${inShop}/held`, 'merge', { metadata: { finalizers: [] } });
    await api.until('/api/v1/namespaces', ({ items }) => !items.some(({ metadata }: Json) => metadata.name === 'shop'));
    expect((await api.call('GET', '/api/v1/namespaces/shop/secrets/pull')).code).toBe(404);
  });

  it('answers what does not exist, exists or has changed as Kubernetes does', async () => {
    expect((await api.call('GET', `${deploymentsPath}/absent`)).body).toMatchObject({
      message: 'deployments.apps "absent" not found',
      details: { name: 'absent', group: 'apps', kind: 'deployments' },
      code: 404,
    });
    const made = await api.post(maps, map('one'));
    expect(await api.call('POST', maps, map('one'))).toMatchObject({ code: 409, body: { reason: 'AlreadyExists' } });
    const changed = await api.call('PUT', `${maps}/one`, { ...made, data: { a: 'b' } });
    expect(changed.code).toBe(200);
    const stale = await api.call('PUT', `${maps}/one`, { ...made, data: { a: 'c' } });
    expect(stale).toMatchObject({ code: 409, body: { reason: 'Conflict' } });
    expect(stale.body.message).toContain('the object has been modified');
    const same = await api.call('PUT', `${maps}/one`, changed.body);
    expect(same.body.metadata.resourceVersion).toBe(changed.body.metadata.resourceVersion);
    const absent = await api.call('POST', '/api/v1/namespaces/absent/configmaps', map('one'));
    expect(absent.body.message).toBe('namespaces "absent" not found');
  });

  it('says which fields are wrong', async () => {
    const { spec, ...rest } = deployment({ image: '' });
    const wrong = { ...rest, spec: { ...spec, selector: { matchLabels: { app: 'other' } } } };
    const answer = await api.call('POST', deploymentsPath, wrong);
    expect(answer.code).toBe(422);
    expect(answer.body.details.causes).toEqual([
      expect.objectContaining({ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels' }),
      { reason: 'FieldValueRequired', field: 'spec.template.spec.containers[0].image', message: 'Required value' },
    ]);
    expect(answer.body.message).toMatch(/^Deployment\.apps "app" is invalid: \[/);
    const untyped = await api.call('POST', deploymentsPath, { ...rest, spec: { ...spec, replicas: 'two' } });
    expect(untyped.body.message).toContain('cannot be handled as a Deployment: spec.replicas must be a number');
    const secret = { ...pullSecret('r'), stringData: {} };
    expect((await api.call('POST', '/api/v1/namespaces/default/secrets', secret)).code).toBe(422);
  });

  it('does not start on a port that is taken', async () => {
    const port = Number(new URL(cluster.url).port);
    await expect(startDevCluster({ port })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect((await api.call('GET', '/api/v1/namespaces/%ZZ/pods')).code).toBe(200);
  });

  it('changes nothing in a dry run', async () => {
    const dry = await api.call('POST', `${deploymentsPath}?dryRun=All`, deployment({ image: 'registry.example/a:b' }));
    expect(dry).toMatchObject({ code: 201, body: { spec: { replicas: 1 } } });
    expect((await api.call('GET', `${deploymentsPath}/app`)).code).toBe(404);
  });

  it('patches in four ways', async () => {
    const image = 'registry.example/a:1';
    const podSpec = {
      containers: [
        { name: 'app', image, env: [{ name: 'A', value: '1' }] },
        { name: 'side', image },
      ],
    };
    await api.post(deploymentsPath, deployment({ name: 'patched', image, podSpec, replicas: 0 }));
    const path = `${deploymentsPath}/patched`;
    const container = { name: 'app', image: 'registry.example/a:2', env: [{ name: 'B', value: '2' }] };
    const strategic = await api.patch(path, 'strategic-merge', {
      spec: {
        template: {
          spec: { containers: [container, { name: 'side', $patch: 'delete' }], imagePullSecrets: [{ name: 'more' }] },
        },
      },
    });
    const { containers, imagePullSecrets } = strategic.spec.template.spec;
    expect(containers).toHaveLength(1);
    expect(containers[0]).toMatchObject({ image: 'registry.example/a:2', imagePullPolicy: 'IfNotPresent' });
    expect(containers[0].env.map(({ name }: Json) => name)).toEqual(['B', 'A']);
    expect(imagePullSecrets).toEqual([{ name: 'more' }, { name: 'pull' }]);
    expect(strategic.metadata.generation).toBe(2);
    const merged = await api.patch(path, 'merge', {
      metadata: { annotations: { note: 'yes' } },
      spec: { replicas: null },
    });
    expect(merged).toMatchObject({ metadata: { annotations: { note: 'yes' } }, spec: { replicas: 1 } });
    const test = [{ op: 'test', path: '/spec/replicas', value: 7 }];
    expect(await api.patch(path, 'json', test)).toMatchObject({ code: 422, reason: 'Invalid' });
    const applied = await api.call('PATCH', `${maps}/applied?fieldManager=test`, map('applied', { a: '1' }), {
      'content-type': 'application/apply-patch+yaml',
    });
    expect(applied).toMatchObject({ code: 201, body: { metadata: { managedFields: [{ manager: 'test' }] } } });
    const { selector } = deployment({ name: 'x', image }).spec;
    expect(await api.patch(path, 'merge', { spec: { selector } })).toMatchObject({ code: 422 });
    expect(await api.call('PATCH', path, {}, { 'content-type': 'text/plain' })).toMatchObject({ code: 415 });
  });

  it.each([
    ['tier=web', ['a', 'b']],
    ['tier!=web', ['c', 'd']],
    ['tier in (web, db)', ['a', 'b', 'c']],
    ['tier notin (web),tier', ['c']],
    ['!tier,kept', ['d']],
  ])('lists by the labels %s', async (selector, names) => {
    for (const [name, labels] of Object.entries({ a: { tier: 'web' }, b: { tier: 'web' }, c: { tier: 'db' }, d: {} })) {
      await api.call('POST', '/api/v1/namespaces/kube-public/configmaps', map(name, {}, { ...labels, kept: 'yes' }));
    }
    const path = `/api/v1/namespaces/kube-public/configmaps?labelSelector=${encodeURIComponent(selector)}`;
    const { items } = await api.get(path);
    expect(items.map(({ metadata }: Json) => metadata.name)).toEqual(names);
    const one = await api.get('/api/v1/configmaps?fieldSelector=metadata.name%3Da');
    expect(one.items).toHaveLength(1);
    expect((await api.call('GET', `${maps}?fieldSelector=data.x%3Dy`)).code).toBe(400);
  });

  it('watches from a version on, and sees objects come into and leave a selection', async () => {
    const { metadata } = await api.get(maps);
    await api.post(maps, map('watched', {}, { seen: 'yes' }));
    await api.patch(`${maps}/watched`, 'merge', { data: { a: '1' } });
    await api.patch(`${maps}/watched`, 'merge', { metadata: { labels: { seen: 'no' } } });
    const query = `watch=true&labelSelector=seen%3Dyes&allowWatchBookmarks=true&timeoutSeconds=1`;
    const events = await api.watch(`${maps}?${query}&resourceVersion=${metadata.resourceVersion}`);
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);
    expect(Number(events.at(-1).object.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion));
    const initial = await api.watch(
      `${maps}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
      ({ type }) => type === 'BOOKMARK',
    );
    expect(initial.at(-1).object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('says that a version is too old when the history no longer has it', async () => {
    for (let count = 0; count < 60; count += 1) await api.patch(`${maps}/one`, 'merge', { data: { a: String(count) } });
    const [event] = await api.watch(`${maps}?watch=1&resourceVersion=3`);
    expect(event).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    expect(event.object.message).toMatch(/^too old resource version: 3 \(\d+\)$/);
    const future = await api.call('GET', `${maps}?resourceVersion=99999999`);
    expect(future).toMatchObject({ code: 504, body: { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } } });
  });

  it('deletes only what it is told to', async () => {
    const { metadata } = await api.get(`${maps}/one`);
    const other = await api.call('DELETE', `${maps}/one`, { preconditions: { uid: 'another' } });
    expect(other).toMatchObject({ code: 409 });
    const gone = await api.call('DELETE', `${maps}/one`, { preconditions: { uid: metadata.uid } });
    expect(gone).toMatchObject({ code: 200, body: { status: 'Success', details: { uid: metadata.uid } } });
    await api.post(maps, { ...map('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    expect((await api.call('DELETE', `${maps}/held`)).body.metadata.deletionTimestamp).toBeDefined();
    await api.patch(`${maps}/held`, 'merge', { metadata: { finalizers: null } });
    expect((await api.call('GET', `${maps}/held`)).code).toBe(404);
  });
});
