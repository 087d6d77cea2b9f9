import { randomBytes } from 'node:crypto';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { PilotError, registerSecret, systemClock } from '@harbor-pilot/core';
import { parsePlatform } from '@harbor-pilot/oci';
import { createApiServer } from './api/server.ts';
import { createServerIdentity } from './certificates.ts';
import { startDeploymentController } from './controllers/deployment.ts';
import { startGarbageCollector } from './controllers/garbage-collector.ts';
import { startNamespaceController } from './controllers/namespaces.ts';
import { startReplicaSetController } from './controllers/replica-set.ts';
import { startScheduler } from './controllers/scheduler.ts';
import { resources } from './kinds/resources.ts';
import { formatKubeconfig } from './kubeconfig.ts';
import { startNodeAgent } from './node/agent.ts';
import { createImageStore } from './node/image-store.ts';
import { createLogBook } from './node/log-book.ts';
import { registerNode } from './node/register-node.ts';
import { Store } from './store/store.ts';

/** What an embedded cluster can be told. */
export interface DevClusterOptions {
  /** Port on 127.0.0.1; without one, a free port is taken. */
  readonly port?: number;
  /** Names and platforms (`linux/arm64`) of the nodes; without them, one node for linux/amd64 and one for linux/arm64. */
  readonly nodes?: readonly { readonly name: string; readonly platform: string }[];
  /** CA certificates (PEM) that the nodes trust besides the well-known ones, by the registry's `host[:port]`. */
  readonly registryCas?: Readonly<Record<string, string>>;
  /** How many changes a watch can catch up on before it is told 410; 1000 unless told. */
  readonly historyLength?: number;
}

/** A running embedded cluster. */
export interface DevCluster {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** YAML text, with the CA certificate and a token that may do everything. */
  readonly kubeconfig: string;
  /** Ends all watches, pulls and pods. The state is gone then. */
  close(): Promise<void>;
}

const defaultNodes = [
  { name: 'node-amd64', platform: 'linux/amd64' },
  { name: 'node-arm64', platform: 'linux/arm64' },
];
const systemNamespaces = ['default', 'kube-system', 'kube-public'];

/**
 * Starts a cluster in this process: the part of the Kubernetes API (as of 1.34) that a rollout needs, over HTTPS on
 * loopback, with nodes that really pull images.
 * @throws PilotError INPUT_INVALID when a platform cannot be read or the port cannot be had.
 */
export async function startDevCluster(options: DevClusterOptions = {}): Promise<DevCluster> {
  const clock = systemClock;
  const store = new Store({ clock, historyLength: options.historyLength ?? 1000 });
  const logs = createLogBook();
  const token = randomBytes(24).toString('base64url');
  registerSecret(token);
  const identity = await createServerIdentity(clock.now());
  const server = createApiServer({ store, logs, clock, token }, identity);
  const controllers = [
    startNamespaceController(store),
    startGarbageCollector(store),
    startDeploymentController(store),
    startReplicaSetController(store),
    startScheduler(store),
  ];
  const agents = (options.nodes ?? defaultNodes).map(({ name, platform: text }, index) => {
    const platform = parsePlatform(text);
    const images = createImageStore(platform, options.registryCas ?? {});
    const stop = startNodeAgent({ store, clock, nodeName: name, images, logs }, index + 1);
    registerNode(store, name, platform, index + 1);
    return stop;
  });
  for (const name of systemNamespaces) createNamespace(store, name);
  const stop = async (): Promise<void> => {
    for (const stopController of controllers) stopController();
    await Promise.all(agents.map((stopAgent) => stopAgent()));
  };
  await listen(server, options.port ?? 0).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: formatKubeconfig(url, identity.caCertificate, token),
    close: async () => {
      await stop();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const hint = 'Give another port, or none to take a free one.';
      reject(new PilotError('INPUT_INVALID', `port ${port} cannot be listened on`, { cause, hint }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function createNamespace(store: Store, name: string): void {
  store.create(resources.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
}
