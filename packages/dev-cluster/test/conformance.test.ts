import { describeWithPeers, type Kubernetes, kubernetesPeers, startKubernetes } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type DevCluster, startDevCluster } from '../src/index.ts';
import { connect, type Json, type TestApi } from './support/api.ts';
import { deployment, deploymentsPath, isRolledOut, pullSecret, replicaSetsPath } from './support/objects.ts';
import { startTestRegistry } from './support/registry.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const secrets = '/api/v1/namespaces/default/secrets';
const app = deployment({ image: 'registry.example/app:v1', replicas: 0 });
const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
const merge = { 'content-type': 'application/merge-patch+json' };
const json = { 'content-type': 'application/json-patch+json' };
const apply = { 'content-type': 'application/apply-patch+yaml' };
const accountPath = '/api/v1/namespaces/default/serviceaccounts/default';

/** Where the real server speaks of its own parser. */
const inOwnWords = new Set(['a wrong type', 'a selector that cannot be read']);

type Exchange = readonly [
  title: string,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
];

const withSpec = (name: string, spec: object): Json => ({ ...app, metadata: { name }, spec: { ...app.spec, ...spec } });
const podTemplate = (spec: object): Json => ({ spec: { template: { spec } } });

/** A server-side apply of the pull secret, to a version when one is given. */
function applied(resourceVersion?: string): Json {
  const { stringData, ...secret } = pullSecret('registry.example', 'another');
  const data = { '.dockerconfigjson': Buffer.from(stringData['.dockerconfigjson']).toString('base64') };
  return { ...secret, metadata: { ...secret.metadata, resourceVersion }, data };
}

/** The same requests in the same order to both. */
const exchanges: readonly Exchange[] = [
  ['an object that does not exist', 'GET', `${deploymentsPath}/app`],
  ['a Deployment with defaults', 'POST', deploymentsPath, app],
  ['a name that is taken', 'POST', deploymentsPath, app],
  ['no selector', 'POST', deploymentsPath, withSpec('wrong', { selector: undefined })],
  ['no containers', 'POST', deploymentsPath, deployment({ name: 'wrong', image: 'a', podSpec: { containers: [] } })],
  ['another selector', 'PATCH', `${deploymentsPath}/app`, { spec: { selector: { matchLabels: { app: 'x' } } } }, merge],
  ['a negative number', 'PATCH', `${deploymentsPath}/app`, { spec: { replicas: -1 } }, merge],
  ['a wrong type', 'PATCH', `${deploymentsPath}/app`, { spec: { replicas: 'two' } }, merge],
  ['a name in upper case', 'POST', maps, { metadata: { name: 'Wrong' } }],
  ['no name', 'POST', maps, { metadata: {} }],
  ['another name', 'PUT', `${maps}/one`, { metadata: { name: 'two' } }],
  ['another namespace', 'POST', maps, { metadata: { name: 'one', namespace: 'kube-system' } }],
  ['a namespace that does not exist', 'POST', '/api/v1/namespaces/absent/configmaps', { metadata: { name: 'one' } }],
  ['a ConfigMap', 'POST', maps, { metadata: { name: 'one', labels: { a: 'b' } }, data: { a: 'b' } }],
  ['a stale version', 'PUT', `${maps}/one`, { metadata: { name: 'one', resourceVersion: '1' } }],
  ['a list by label', 'GET', `${maps}?labelSelector=a%3Db`],
  ['a selector that cannot be read', 'GET', `${maps}?labelSelector=a%20b`],
  ['a field that cannot be selected', 'GET', `${maps}?fieldSelector=data.a%3Db`],
  ['a pull secret', 'POST', secrets, pullSecret('registry.example')],
  ['a pull secret without its key', 'POST', secrets, { ...pullSecret('r', 'p', 'x'), stringData: {} }],
  ['an apply to a secret', 'PATCH', `${secrets}/pull?fieldManager=other&force=true`, applied(), apply],
  ['an apply to a stale version', 'PATCH', `${secrets}/pull?fieldManager=other`, applied('1'), apply],
  ['an account with pull secrets', 'PATCH', accountPath, { imagePullSecrets: [{ name: 'pull' }] }, merge],
  [
    'one more pull secret for an account',
    'PATCH',
    accountPath,
    [{ op: 'add', path: '/imagePullSecrets', value: [{ name: 'pull' }, { name: 'more' }] }],
    json,
  ],
  [
    'a patch of a stale version',
    'PATCH',
    accountPath,
    [
      { op: 'test', path: '/metadata/resourceVersion', value: '1' },
      { op: 'add', path: '/imagePullSecrets', value: [] },
    ],
    json,
  ],
  ['namespaces by label', 'GET', '/api/v1/namespaces?labelSelector=kubernetes.io%2Fmetadata.name%3Ddefault'],
  ['an account that does not exist', 'GET', '/api/v1/namespaces/default/serviceaccounts/absent'],
  ['another type of secret', 'PATCH', `${secrets}/pull`, { type: 'Opaque' }, merge],
  [
    'a strategic merge of containers and pull secrets',
    'PATCH',
    `${deploymentsPath}/app`,
    podTemplate({
      containers: [{ name: 'app', image: 'registry.example/app:v2', env: [{ name: 'A', value: '1' }] }],
      imagePullSecrets: [{ name: 'more' }],
    }),
    strategic,
  ],
  [
    'a strategic deletion',
    'PATCH',
    `${deploymentsPath}/app`,
    podTemplate({ imagePullSecrets: [{ $patch: 'delete', name: 'pull' }] }),
    strategic,
  ],
  [
    'a JSON patch',
    'PATCH',
    `${deploymentsPath}/app`,
    [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }],
    json,
  ],
  ['a test that fails', 'PATCH', `${maps}/one`, [{ op: 'test', path: '/data/a', value: 'x' }], json],
  ['a path that does not exist', 'PATCH', `${maps}/one`, [{ op: 'remove', path: '/data/x' }], json],
  ['an unknown patch', 'PATCH', `${maps}/one`, {}, { 'content-type': 'text/plain' }],
  ['a dry run', 'POST', `${maps}?dryRun=All`, { metadata: { name: 'dry' } }],
  ['a deletion', 'DELETE', `${maps}/one`],
  ['a deletion of nothing', 'DELETE', `${maps}/one`],
  ['an unknown resource', 'GET', '/apis/apps/v1/namespaces/default/nothings'],
  ['a method that is not allowed', 'POST', `${deploymentsPath}/app`, {}],
  ['a wrong token', 'GET', deploymentsPath, undefined, { authorization: 'Bearer wrong' }],
  ['an Event without its subject', 'POST', '/api/v1/namespaces/default/events', { metadata: { name: 'e' } }],
  ['a namespace', 'POST', '/api/v1/namespaces', { metadata: { name: 'shop' } }],
  ['a pod without an account', 'POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'p' } }],
];

describeWithPeers('the embedded cluster and a real kube-apiserver', kubernetesPeers, (paths) => {
  let cluster: DevCluster;
  let kubernetes: Kubernetes;
  let ours: TestApi;
  let theirs: TestApi;

  beforeAll(async () => {
    cluster = await startDevCluster();
    kubernetes = await startKubernetes(paths);
    ours = connect(cluster);
    theirs = connect(kubernetes);
  }, 90_000);

  afterAll(async () => {
    await cluster?.close();
    await kubernetes?.close();
  }, 30_000);

  for (const [title, method, path, body, headers] of exchanges) {
    it(`agree on ${title}`, async () => {
      await Promise.all([settle(ours), settle(theirs)]);
      const our = await ours.call(method, path, body, headers);
      const their = await theirs.call(method, path, body, headers);
      if (inOwnWords.has(title)) {
        expect([our.code, our.body.reason]).toEqual([their.code, their.body.reason]);
        expect(fieldsOf(our.body)).toEqual(fieldsOf(their.body));
      } else expect(comparable(our)).toEqual(comparable(their));
    });
  }

  it('agree on what two rollouts and an undo leave behind', async () => {
    const registry = await startTestRegistry();
    const trusting = await startDevCluster({ registryCas: { [registry.host]: registry.caCertificate } });
    const image = (tag: string): string => `${registry.host}/demo/app:${tag}`;
    for (const tag of ['v1', 'v2']) registry.push('demo/app', tag, ['linux/amd64', 'linux/arm64']);
    const rollOut = async (api: TestApi): Promise<Json> => {
      await api.post(secrets, pullSecret(registry.host));
      await api.post(deploymentsPath, deployment({ name: 'rolled', image: image('v1'), replicas: 3 }));
      for (const tag of ['v2', 'v1']) {
        await api.until(`${deploymentsPath}/rolled`, isRolledOut, 15_000);
        const value = image(tag);
        const operation = { op: 'replace', path: '/spec/template/spec/containers/0/image', value };
        await api.patch(`${deploymentsPath}/rolled`, 'json', [operation]);
      }
      await api.until(`${deploymentsPath}/rolled`, isRolledOut, 15_000);
      const of = '?labelSelector=app%3Drolled';
      const settled = ({ items }: Json): boolean => items[0].status.replicas + items[1].status.replicas === 3;
      const replicaSets = await api.until(`${replicaSetsPath}${of}`, settled, 15_000);
      replicaSets.items.sort((a: Json, b: Json) => b.spec.replicas - a.spec.replicas);
      return { code: 200, body: { replicaSets, deployment: await api.get(`${deploymentsPath}/rolled`) } };
    };
    const [our, their] = await Promise.all([rollOut(connect(trusting)), rollOut(theirs)]);
    expect(comparable(our)).toEqual(comparable(their));
    await trusting.close();
    await registry.close();
  }, 60_000);
});

/** The controllers write too: what they have to say of the last request must be there before the next one. */
async function settle(api: TestApi): Promise<void> {
  const isSettled = ({ metadata, status }: Json): boolean => status?.observedGeneration === metadata.generation;
  await api.until(`${deploymentsPath}/app`, (object) => object.kind === 'Status' || isSettled(object));
}

function fieldsOf(status: Json): Json {
  return (status.details?.causes ?? []).map(({ field, reason }: Json) => [field, reason]);
}

const changing = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'lastTransitionTime',
  'lastUpdateTime',
  'pod-template-hash',
]);

/** What differs from run to run is taken out. */
function comparable(answer: { code: number; body: Json }): Json {
  const text = JSON.stringify(answer, (key, value) => (changing.has(key) ? undefined : value));
  return JSON.parse(text.replaceAll(/(app|rolled)-[0-9a-z]{8,10}(?=[\\"])/g, '$1-hash'));
}
