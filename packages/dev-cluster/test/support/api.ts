import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import type { DevCluster } from '../../src/index.ts';

/** Foreign JSON that a test looks into. */
// biome-ignore lint/suspicious/noExplicitAny: tests look deep into answers; a wrong guess fails the test.
export type Json = any;

export interface TestApi {
  /** @returns the answer's status and JSON. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ code: number; body: Json }>;
  get(path: string): Promise<Json>;
  post(path: string, body: unknown): Promise<Json>;
  patch(path: string, type: 'json' | 'merge' | 'strategic-merge', body: unknown): Promise<Json>;
  /** The events of a watch until `stop` says so or the server ends it. */
  watch(path: string, stop?: (event: Json, all: readonly Json[]) => boolean): Promise<Json[]>;
  /** Reads an object until it is as wanted. */
  until(path: string, isDone: (object: Json) => boolean, timeoutMilliseconds?: number): Promise<Json>;
}

/** A small client of a cluster, made of its kubeconfig alone. */
export function connect(cluster: Pick<DevCluster, 'kubeconfig'>): TestApi {
  const config: Json = parse(cluster.kubeconfig);
  const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
  const authorization = `Bearer ${config.users[0].user.token}`;
  const open = (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const length = { 'content-length': Buffer.byteLength(text) };
      const options = { method, ca: Buffer.from(ca, 'base64'), headers: { authorization, ...length, ...headers } };
      const outgoing = request(new URL(path, server), options, resolve);
      outgoing.on('error', reject);
      outgoing.end(text);
    });
  const call: TestApi['call'] = async (method, path, body, headers = {}) => {
    const answer = await open(method, path, body, headers);
    let text = '';
    for await (const chunk of answer) text += chunk;
    const isJson = answer.headers['content-type'] === 'application/json';
    return { code: answer.statusCode ?? 0, body: isJson ? JSON.parse(text) : text };
  };
  const api: TestApi = {
    call,
    get: async (path) => (await call('GET', path)).body,
    post: async (path, body) => (await call('POST', path, body)).body,
    patch: async (path, type, body) =>
      (await call('PATCH', path, body, { 'content-type': `application/${type}-patch+json` })).body,
    watch: async (path, stop = () => false) => {
      const answer = await open('GET', path, undefined, {});
      const events: Json[] = [];
      for await (const line of createInterface({ input: answer })) {
        events.push(JSON.parse(line));
        if (stop(events.at(-1), events)) break;
      }
      answer.destroy();
      return events;
    },
    until: async (path, isDone, timeoutMilliseconds = 5000) => {
      const deadline = performance.now() + timeoutMilliseconds;
      for (;;) {
        const object = await api.get(path);
        if (isDone(object)) return object;
        if (performance.now() > deadline) throw new Error(`not in time: ${JSON.stringify(object, undefined, 1)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
  return api;
}
