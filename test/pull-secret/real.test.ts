import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithPeers, type Kubernetes, kubernetesPeers, startKubernetes } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { fencedBlock } from '../e2e/fenced-blocks.ts';
import { accountWith, tokenOf } from '../rollout/account.ts';
import type { Json } from '../rollout/kube-api.ts';
import { failureOf } from '../rollout/world.ts';
import { pullSecretCases } from './cases.ts';
import { authsOf, startWorld, type World } from './world.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/pull-secrets.md'), 'utf8');

/** Where the objects of the page are made. */
const collections: Readonly<Record<string, string>> = {
  ServiceAccount: '/api/v1/namespaces/shop/serviceaccounts',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings',
};

describeWithPeers('pull secrets in a real control plane', kubernetesPeers, (paths) => {
  let kubernetes: Kubernetes;
  let world: World;

  beforeAll(async () => {
    kubernetes = await startKubernetes(paths);
    world = await startWorld(async () => kubernetes.kubeconfig);
  }, 90_000);
  afterAll(async () => {
    await world?.close();
    await kubernetes?.close();
  }, 30_000);

  for (const [title, run] of Object.entries(pullSecretCases)) it(title, () => run(world), 30_000);

  it('names each right that is missing, and changes nothing', async () => {
    const { robots, run, namespace, secret } = world;
    await namespace('guarded');
    const rules = [
      { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'patch', 'create'] },
      { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get'] },
    ];
    const kubeconfig = await accountWith(world.kubeconfig, 'guarded', 'half', rules);
    const error = await failureOf(
      run(robots.first, { namespaces: 'guarded', kubeconfig: await world.file(kubeconfig) }),
    );
    expect(error.code).toBe('CLUSTER_AUTH');
    expect(error.message).toContain('the account may not patch serviceaccounts/default in guarded in the cluster');
    expect((await secret('guarded')).code).toBe(404);
  });

  it('works with the rights of the documentation, and with no others', async () => {
    const { api, robots, run, namespace, secret } = world;
    await namespace('shop');
    const documents = parseAllDocuments(fencedBlock(page, '## Rights', 'yaml')).map((one) => one.toJS() as Json);
    for (const object of documents) await api.need('POST', collections[object.kind] ?? '', object);
    const kubeconfig = await world.file(await tokenOf(world.kubeconfig, 'shop', 'harbor-pilot'));
    const { outputs } = await run(robots.first, { namespaces: 'shop', kubeconfig });
    expect(outputs.changed).toBe('shop');
    expect(authsOf(await secret('shop'))).toBeDefined();
    expect((await run(robots.second, { namespaces: 'shop', kubeconfig })).outputs.changed).toBe('shop');
    const other = await failureOf(run(robots.first, { namespaces: 'shop', kubeconfig, 'secret-name': 'other' }));
    expect(other.message).toContain('get secrets/other in shop');
  });

  it('takes the annotation back that lets KubeSphere take any certificate', async () => {
    const { robots, run, namespace, secret } = world;
    const inputs = { namespaces: await namespace('strict'), 'kubesphere-creator': 'admin' };
    await run(robots.first, { ...inputs, 'kubesphere-insecure': 'true' });
    expect((await run(robots.first, inputs)).outputs.changed).toBe('strict');
    expect((await secret('strict')).metadata.annotations).toEqual({ 'kubesphere.io/creator': 'admin' });
  });

  it('says from whom it took the secret over', async () => {
    const { api, robots, run, namespace } = world;
    await namespace('managed');
    await api.need('POST', '/api/v1/namespaces/managed/secrets?fieldManager=kubectl-create', {
      metadata: { name: 'harbor' },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': '{}' },
    });
    const { lines } = await run(robots.first, { namespaces: 'managed' });
    expect(lines).toContain('managed: secret harbor refreshed, taken over from kubectl-create');
  });
});
