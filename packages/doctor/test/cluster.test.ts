import type { ClusterClient, KubeObject } from '@harbor-pilot/cluster';
import { PilotError, systemClock } from '@harbor-pilot/core';
import { type CheckResult, clusterChecks, type DoctorContext, examine } from '@harbor-pilot/doctor';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { describe, expect, it } from '@jest/globals';
import { serve } from '../../http/test/servers.ts';
import { pullAs } from '../src/pull-as.ts';

const forbidden = new PilotError('CLUSTER_AUTH', 'forbidden', { details: { status: 403 } });

/** A cluster in which only what `isAllowed` says may be done, and nothing may be read but the nodes. */
interface FakeCluster {
  readonly isAllowed?: (verb: string, resource: string) => boolean;
  /** Forbidden when absent. */
  readonly nodes?: readonly KubeObject[];
  /** Whether all objects that are asked for are there, and empty; forbidden when absent. */
  readonly isEmpty?: boolean;
}

async function examineWith(
  { isAllowed = () => true, nodes, isEmpty = false }: FakeCluster,
  platforms: readonly string[] = [],
  more: Partial<DoctorContext> = {},
): Promise<Map<string, CheckResult>> {
  const refuse = (): never => {
    throw forbidden;
  };
  const client: ClusterClient = {
    server: 'https://cluster.test',
    version: async () => 'v1.34.1',
    resource: refuse,
    get: async () => (isEmpty ? { metadata: {} } : refuse()),
    list: async () => (nodes === undefined ? refuse() : { items: nodes, resourceVersion: '1' }),
    create: async (_resource, _namespace, review) => {
      const { resourceAttributes } = review.spec as { resourceAttributes: { verb: string; resource: string } };
      return { status: { allowed: isAllowed(resourceAttributes.verb, resourceAttributes.resource) } };
    },
    apply: refuse,
    patch: refuse,
    delete: refuse,
    watch: refuse,
    log: refuse,
    close: () => undefined,
  };
  const http = createHttp({});
  const servers = { http, host: 'harbor.test' };
  const context: DoctorContext = {
    host: servers.host,
    platforms,
    trust: {},
    environment: {},
    http,
    registry: createRegistry(servers),
    harbor: createHarbor({ ...servers, credentials: { username: '', password: '' } }),
    cluster: { client, namespace: 'shop', ...(isEmpty ? {} : { pullSecret: 'harbor' }) },
    deploy: { username: 'robot$shop+nodes', registry: createRegistry(servers) },
    mayPush: false,
    clock: systemClock,
    ...more,
  };
  const { signal } = new AbortController();
  const results = await examine(clusterChecks(context), { clock: systemClock, signal, timeoutSeconds: 10 });
  http.close();
  return new Map(results.map((result) => [result.id, result]));
}

describe('an account of the cluster', () => {
  it('that lacks what a rollout needs is told which rights', async () => {
    const results = await examineWith({ isAllowed: (verb, resource) => verb !== 'patch' && resource !== 'pods' });
    expect(results.get('cluster-permissions')).toMatchObject({
      status: 'failed',
      code: 'CLUSTER_AUTH',
      seen: 'the account of the kubeconfig may not patch deployments in shop, list pods in shop, watch pods in shop, patch secrets/harbor in shop',
    });
  });

  it('that lacks only what is a help is warned', async () => {
    const results = await examineWith({ isAllowed: (_verb, resource) => !['events', 'nodes'].includes(resource) });
    expect(results.get('cluster-permissions')).toMatchObject({
      status: 'warning',
      seen: 'a rollout works, but the account may not list events in shop, watch events in shop',
    });
  });

  it('that may not read is no failure: what was not seen is skipped, and says so', async () => {
    const results = await examineWith({});
    expect([...results.values()].map(({ id, status }) => `${id} ${status}`)).toEqual([
      'cluster-api ok',
      'cluster-namespace ok',
      'cluster-permissions ok',
      'cluster-nodes skipped',
      'pull-secret skipped',
      'pull-secret-account skipped',
      'pull-secret-use skipped',
    ]);
    expect(results.get('pull-secret')?.seen).toBe('the account of the kubeconfig may not read the secrets of shop');
  });
});

describe('a registry that does not tell who may do what', () => {
  it('does not tell whether a pull secret is needed', async () => {
    await using server = await serve((_, answer) => answer.end('{}'));
    const told = { host: server.host, trust: { plainHttp: true }, project: 'shop' };
    const results = await examineWith({ isEmpty: true }, [], told);
    expect(results.get('pull-secret')).toMatchObject({
      status: 'skipped',
      seen: expect.stringContaining('the registry does not tell whether one is needed'),
    });
  });

  it('does not tell whether an account may pull what is not there yet', async () => {
    await using server = await serve((_, answer) => answer.writeHead(404).end('{}'));
    const http = createHttp({});
    const registry = createRegistry({ http, host: server.host, plainHttp: true });
    const silent = { ...registry, ping: async () => true, allowedActions: async () => undefined };
    const account = { username: 'robot$shop+nodes', registry: silent };
    for (const repository of [undefined, 'shop/app']) {
      expect(await pullAs(account, { project: 'shop', repository })).toMatchObject({ status: 'skipped' });
    }
    http.close();
  });
});

describe('nodes', () => {
  const node = (name: string, architecture: string, spec: object = {}, ready = 'True'): KubeObject => ({
    metadata: { name },
    spec,
    status: { nodeInfo: { operatingSystem: 'linux', architecture }, conditions: [{ type: 'Ready', status: ready }] },
  });
  const tainted = { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] };
  const preferred = { taints: [{ key: 'spot', effect: 'PreferNoSchedule' }] };

  it('that take no new pods do not count, whatever their architecture', async () => {
    const away = [
      node('control', 'amd64', tainted),
      node('cordoned', 'amd64', { unschedulable: true }),
      node('lost', 'amd64', {}, 'Unknown'),
    ];
    const mixed = await examineWith({ nodes: [...away, node('worker', 'arm64', preferred)] }, ['linux/amd64']);
    expect(mixed.get('cluster-nodes')).toMatchObject({
      status: 'failed',
      code: 'ROLLOUT_FAILED',
      seen: 'no available node architecture: the image is for linux/amd64, the nodes that take new pods are linux/arm64',
      facts: [
        'control: linux/amd64, tainted with node-role.kubernetes.io/control-plane',
        'cordoned: linux/amd64, cordoned',
        'lost: linux/amd64, not ready',
        'worker: linux/arm64, takes new pods',
      ],
    });
    const none = await examineWith({ nodes: away }, ['linux/amd64']);
    expect(none.get('cluster-nodes')).toMatchObject({
      status: 'failed',
      seen: 'no available node: none of 3 takes new pods',
    });
  });

  it('are not compared with an image whose platforms are not known', async () => {
    const encoder = new TextEncoder();
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.acme.config', digest: `sha256:${'0'.repeat(64)}`, size: 9 },
      layers: [],
    };
    const bytes = encoder.encode(JSON.stringify(manifest));
    const descriptor = {
      mediaType: manifest.mediaType,
      digest: `sha256:${'1'.repeat(64)}`,
      size: bytes.length,
    } as const;
    const registry = {
      ...createRegistry({ http: createHttp({}), host: 'harbor.test' }),
      fetchManifest: async () => ({ bytes, descriptor }),
      fetchBlob: async () => encoder.encode('no JSON {'),
    };
    const image = { registry, repository: 'shop/chart', tagOrDigest: 'v1' };
    const results = await examineWith({ nodes: [node('worker', 'arm64')] }, [], image);
    expect(results.get('cluster-nodes')).toMatchObject({
      status: 'skipped',
      seen: '1 of 1 nodes take new pods (linux/arm64); which platforms the image has is not known',
    });
  });

  it('run what is for fewer bits, too', async () => {
    const results = await examineWith({ nodes: [node('worker', 'arm64')] }, ['linux/arm/v7']);
    expect(results.get('cluster-nodes')).toMatchObject({ status: 'ok' });
    const others = await examineWith({ nodes: [node('worker', 'amd64')] }, ['linux/arm/v7']);
    expect(others.get('cluster-nodes')).toMatchObject({ status: 'failed' });
  });

  it('tell no variant, so that any variant of the image fits', async () => {
    const results = await examineWith({ nodes: [node('worker', 'arm64')] }, ['linux/amd64', 'linux/arm64/v8']);
    expect(results.get('cluster-nodes')).toMatchObject({ status: 'ok' });
  });
});
