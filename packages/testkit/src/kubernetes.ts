import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { asArray, asObject } from '@harbor-pilot/core';
import { type ChildProgram, startProgram } from './child-program.ts';
import { findFreePorts } from './free-ports.ts';
import {
  clientInvocations,
  type Invocation,
  type KubernetesPaths,
  type KubernetesPlan,
  serverInvocations,
} from './kubernetes-programs.ts';

/** A running control plane. */
export interface Kubernetes {
  /** Text of a kubeconfig (JSON, which is YAML) with CA data and a token of the group system:masters. */
  readonly kubeconfig: string;
  /** Ends all programs and removes their folder. */
  close(): Promise<void>;
}

const startMilliseconds = 60_000;
const pollMilliseconds = 50;
const shownLogLines = 15;

/**
 * Starts a real etcd, kube-apiserver, kube-controller-manager and kube-scheduler on loopback, with two nodes (amd64 and
 * arm64) played by kwok, and waits until the nodes are ready. kwok pulls no images and has no logs.
 * @param paths as `describeWithPeers` gives them for `kubernetesPeers`.
 * @throws Error with the last lines of each program when the cluster is not ready within 60 seconds.
 */
export async function startKubernetes(paths: KubernetesPaths): Promise<Kubernetes> {
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-'));
  const [etcdPort = 0, etcdPeerPort = 0, apiPort = 0] = await findFreePorts(3);
  const plan = { folder, kubeconfigFile: join(folder, 'kubeconfig'), etcdPort, etcdPeerPort, apiPort };
  const programs: ChildProgram[] = [];
  const close = async (): Promise<void> => {
    // The last started ends first: nobody loses what it depends on.
    for (const program of [...programs].reverse()) await program.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const start = ({ name, args }: Invocation): void => {
    programs.push(startProgram(name, paths[name], args, join(folder, `${name}.log`)));
  };
  try {
    const kubeconfig = await bringUp(plan, paths, programs, start);
    return { kubeconfig, close };
  } catch (error) {
    const logs = programs.map((program) => `--- ${program.name}\n${program.lastLines(shownLogLines)}`).join('\n');
    await close();
    throw new Error(`Kubernetes did not start: ${error instanceof Error ? error.message : error}\n${logs}`);
  }
}

async function bringUp(
  plan: KubernetesPlan,
  paths: KubernetesPaths,
  programs: readonly ChildProgram[],
  start: (invocation: Invocation) => void,
): Promise<string> {
  const { folder, apiPort, kubeconfigFile } = plan;
  const token = randomBytes(24).toString('hex');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(join(folder, 'service-account.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(join(folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`);
  const deadline = performance.now() + startMilliseconds;
  const until = async (what: string, isDone: () => Promise<boolean>): Promise<void> => {
    while (!(await isDone())) {
      const ended = programs.find((program) => program.hasEnded());
      if (ended !== undefined) throw new Error(`${ended.name} has ended while waiting for ${what}`);
      if (performance.now() > deadline) throw new Error(`no ${what} within ${startMilliseconds / 1000} s`);
      await delay(pollMilliseconds);
    }
  };
  for (const invocation of serverInvocations(plan)) start(invocation);
  const certificateFile = join(folder, 'apiserver.crt');
  await until('certificate of the API server', async () => existsSync(certificateFile));
  const api: Api = { port: apiPort, token };
  await until('ready API server', async () => (await call(api, 'GET', '/readyz')).status === 200);
  // The file holds the certificate of the server and of the authority that the server made for it.
  const kubeconfig = formatKubeconfig(apiPort, await readFile(certificateFile, 'utf8'), token);
  await writeFile(kubeconfigFile, kubeconfig, { mode: 0o600 });
  for (const invocation of clientInvocations(plan, paths)) start(invocation);
  for (const architecture of ['amd64', 'arm64']) await createNode(api, architecture);
  await until('ready nodes', async () => {
    const { body } = await call(api, 'GET', '/api/v1/nodes');
    return asArray(asObject(body)?.items).every(isUsable);
  });
  await until('default service account', async () => {
    const path = '/api/v1/namespaces/default/serviceaccounts/default';
    return (await call(api, 'GET', path)).status === 200;
  });
  return kubeconfig;
}

function formatKubeconfig(port: number, certificates: string, token: string): string {
  const name = 'test';
  const data = Buffer.from(certificates).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': data } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  });
}

async function createNode(api: Api, architecture: string): Promise<void> {
  const name = `node-${architecture}`;
  const labels = {
    'kubernetes.io/arch': architecture,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/hostname': name,
  };
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    status: { nodeInfo: { architecture, operatingSystem: 'linux' } },
  };
  const { status, body } = await call(api, 'POST', '/api/v1/nodes', node);
  if (status !== 201) throw new Error(`the node ${name} was refused: ${JSON.stringify(body)}`);
}

/** Ready, and free of the taint that new nodes wear. */
function isUsable(node: unknown): boolean {
  const conditions = asArray(asObject(asObject(node)?.status)?.conditions).map(asObject);
  const taints = asArray(asObject(asObject(node)?.spec)?.taints);
  return conditions.some((each) => each?.type === 'Ready' && each.status === 'True') && taints.length === 0;
}

interface Api {
  readonly port: number;
  readonly token: string;
}

/** One request to the API server that this process has started; status 0 while nothing answers. */
function call(api: Api, method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' };
    const options = {
      host: '127.0.0.1',
      port: api.port,
      method,
      path,
      headers,
      rejectUnauthorized: false,
      agent: false,
    };
    const outgoing = request({ ...options, timeout: 5000 }, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += chunk;
      const isJson = answer.headers['content-type']?.startsWith('application/json');
      resolve({ status: answer.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', (error) => resolve({ status: 0, body: error.message }));
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
