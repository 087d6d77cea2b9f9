import { mkdtemp, rm } from 'node:fs/promises';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { type DockerRegistry, startDockerRegistry } from './docker-registry.ts';

/** What a client can tell of an answer, without what no two servers have in common. */
interface View {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Code, message, and whether there is a detail, of each error. */
  readonly errors: readonly string[] | undefined;
  readonly text: string | undefined;
}

/** The answers of both servers, and the addresses they name. */
export interface Answers {
  readonly embedded: View;
  readonly distribution: View;
  readonly locations: readonly [string, string];
}

type Headers = Readonly<Record<string, string>>;

const comparedHeaders = [
  ...['allow', 'range', 'content-range', 'content-type', 'cache-control', 'accept-ranges', 'etag'],
  ...['docker-content-digest', 'docker-distribution-api-version'],
];

/** An embedded Harbor and a registry of distribution 2.8, which get the same requests. */
export class RegistryPair {
  readonly #harbor: DevHarbor;
  readonly #registry: DockerRegistry;
  readonly #directory: string;

  private constructor(harbor: DevHarbor, registry: DockerRegistry, directory: string) {
    this.#harbor = harbor;
    this.#registry = registry;
    this.#directory = directory;
  }

  /** Starts both; the embedded Harbor has the project `acme`. */
  static async start(program: string): Promise<RegistryPair> {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'registry-pair-'));
    const [harbor, registry] = await Promise.all([startDevHarbor({ dataDirectory }), startDockerRegistry(program)]);
    const pair = new RegistryPair(harbor, registry, dataDirectory);
    const project = JSON.stringify({ project_name: 'acme' });
    await pair.#send(harbor.url, 'POST', '/api/v2.0/projects', { 'Content-Type': 'application/json' }, project);
    return pair;
  }

  async close(): Promise<void> {
    await Promise.all([this.#harbor.close(), this.#registry.close()]);
    await rm(this.#directory, { recursive: true });
  }

  /** Sends a request to both. @param path of both, or what they named before: first the embedded Harbor's. */
  async send(
    method: string,
    path: string | readonly [string, string],
    headers: Headers = {},
    body?: string,
  ): Promise<Answers> {
    const [own, other] = typeof path === 'string' ? [path, path] : path;
    const embedded = await this.#send(this.#harbor.url, method, own, headers, body);
    const distribution = await this.#send(`http://${this.#registry.host}`, method, other, headers, body);
    return {
      embedded: embedded.view,
      distribution: distribution.view,
      locations: [embedded.location, distribution.location],
    };
  }

  async #send(origin: string, method: string, path: string, headers: Headers, body: string | undefined) {
    const url = new URL(path, origin);
    const { host, pathname, search } = url;
    const account = `${this.#harbor.username}:${this.#harbor.password}`;
    const isSecure = url.protocol === 'https:';
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const options = {
      ...{ method, host: url.hostname, port: url.port, path: `${pathname}${search}`, agent: false },
      ...(isSecure ? { auth: account, ca: this.#harbor.caCertificate } : {}),
      headers: { ...headers, ...length },
    };
    return new Promise<{ view: View; location: string }>((resolve, reject) => {
      const call = (isSecure ? requestSecure : requestPlain)(options, async (answer) => {
        // Some refusals of distribution promise a body and have none.
        const bytes = await buffer(answer).catch(() => Buffer.alloc(0));
        const location = answer.headers.location ?? '';
        const place = location.replace(`://${host}`, '');
        resolve({ view: viewOf(answer.statusCode ?? 0, answer.headers, bytes, place), location });
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}

function viewOf(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  bytes: Buffer,
  place: string,
): View {
  const kept = comparedHeaders.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value).replace(/boundary=.*/, '')]];
  });
  const errors = errorsOf(bytes.toString());
  const isMultipart = String(headers['content-type']).startsWith('multipart');
  const named = place.replace(/^https?/, '').replace(/[\da-f-]{36}\?_state=.*/, '');
  return {
    status,
    headers: { ...Object.fromEntries(kept), place: named },
    errors,
    text: errors === undefined && !isMultipart ? bytes.toString() : undefined,
  };
}

function errorsOf(text: string): string[] | undefined {
  if (!text.startsWith('{"errors":')) return undefined;
  const { errors } = JSON.parse(text) as { errors: { code: string; message: string; detail?: unknown }[] };
  return errors.map(({ code, message, detail }) => `${code}: ${message}${detail === undefined ? '' : ', with detail'}`);
}
