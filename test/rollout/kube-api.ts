import { Agent, request } from 'node:https';
import { parse } from 'yaml';

/** The Kubernetes API as a test speaks it: any path, any body, with the account of a kubeconfig. */
export interface KubeApi {
  /** The answer's status and JSON. */
  ask(method: string, path: string, body?: unknown, contentType?: string): Promise<{ status: number; body: Json }>;
  /** The JSON of an answer that must be a success. */
  need(method: string, path: string, body?: unknown, contentType?: string): Promise<Json>;
  close(): void;
}

/** Foreign JSON that a test looks into without asking. */
// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what it reads
export type Json = any;

/** Speaks with the cluster of a kubeconfig (YAML text with inline certificates). */
export function createKubeApi(kubeconfig: string): KubeApi {
  const config = parse(kubeconfig);
  const { server, ...cluster } = config.clusters[0].cluster;
  const user = config.users[0].user;
  const decode = (text: string | undefined): Buffer | undefined => (text ? Buffer.from(text, 'base64') : undefined);
  const agent = new Agent({
    keepAlive: true,
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  });
  const ask: KubeApi['ask'] = (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const headers: Record<string, string> = { 'content-type': contentType };
      if (user.token) headers.authorization = `Bearer ${user.token}`;
      const outgoing = request(new URL(server + path), { method, agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: answer.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : text });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    ask,
    need: async (method, path, body, contentType) => {
      const answer = await ask(method, path, body, contentType);
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    close: () => agent.destroy(),
  };
}
