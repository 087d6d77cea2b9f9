import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { basicAuthorization, createHttp, type HostTrust, type Http, type Policy } from '@harbor-pilot/http';
import { type Credentials, createRegistry, type Registry } from '@harbor-pilot/registry';
import { type FaultProxy, startFaultProxy } from '@harbor-pilot/testkit';
import { dockerRegistryCredentials, startDockerRegistry } from '../../packages/registry/test/peers.ts';

/** A client that notes the waits between its tries, and does not wait. */
export interface PatientClient {
  readonly registry: Registry;
  readonly http: Http;
  /** In milliseconds. */
  readonly waits: number[];
  /** What the user was told. */
  readonly lines: string[];
}

/** A real registry behind a proxy on which things go wrong. */
export interface FaultStage {
  readonly kind: 'distribution' | 'harbor';
  readonly proxy: FaultProxy;
  /** Another host, trusted like the proxy, that answers as the same registry. */
  readonly elsewhere: FaultProxy;
  /** Clients through the proxy. The longest jitter is always drawn. */
  connect(options?: {
    readonly policy?: Partial<Policy>;
    readonly credentials?: Credentials;
    readonly signal?: AbortSignal;
  }): PatientClient;
  /** The same registry without the proxy. */
  readonly direct: Registry;
  readonly credentials: Credentials;
  /** A repository that is not there yet. */
  repository(): string;
  /** Calls Harbor's API as its administrator, past the proxy. */
  configure(method: 'POST' | 'PUT' | 'GET', path: string, json?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

interface Place {
  readonly kind: FaultStage['kind'];
  readonly host: string;
  readonly caCertificate?: string;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/** Debian's docker-registry, distribution 2.8, over plain HTTP, with Basic authentication. */
export async function distributionStage(program: string): Promise<FaultStage> {
  const running = await startDockerRegistry(program);
  return stageOn(
    { kind: 'distribution', host: running.host, credentials: dockerRegistryCredentials, close: running.close },
    'acme',
  );
}

/** The embedded Harbor, over TLS, with Bearer tokens. */
export async function harborStage(): Promise<FaultStage> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'faults-harbor-'));
  const { host, caCertificate, username, password, close } = await startDevHarbor({ dataDirectory });
  const place: Place = {
    kind: 'harbor',
    host,
    caCertificate,
    credentials: { username, password },
    close: async () => {
      await close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
  return stageOn(place, 'library');
}

async function stageOn(place: Place, project: string): Promise<FaultStage> {
  const { host, caCertificate, credentials } = place;
  const tls = caCertificate === undefined ? {} : { targetCaCertificate: caCertificate, isTls: true };
  const proxy = await startFaultProxy({ target: host, ...tls });
  const elsewhere = await startFaultProxy({ target: host, ...tls });
  const plainHttp = caCertificate === undefined;
  const trust = {
    [host]: caCertificate === undefined ? {} : { caCertificate },
    ...Object.fromEntries([proxy, elsewhere].map((one) => [one.host, trustOf(one)])),
  };
  const opened: Http[] = [];
  const open = (options: Parameters<typeof createHttp>[0]): Http => {
    const http = createHttp({ trust, random: () => 1, ...options });
    opened.push(http);
    return http;
  };
  const plain = open({});
  return {
    kind: place.kind,
    proxy,
    elsewhere,
    credentials,
    direct: createRegistry({ http: plain, host, credentials, plainHttp }),
    repository: () => `${project}/app-${randomBytes(6).toString('hex')}`,
    connect: ({ policy = {}, credentials: own = credentials, signal } = {}) => {
      const waits: number[] = [];
      const lines: string[] = [];
      const sleep = async (milliseconds: number) => {
        waits.push(milliseconds);
      };
      const clock = { now: () => new Date(), sleep };
      const http = open({ policy, clock, warn: (line) => lines.push(line) });
      const options = { http, host: proxy.host, credentials: own, plainHttp, clock };
      return { http, waits, lines, registry: createRegistry(signal === undefined ? options : { ...options, signal }) };
    },
    configure: (method, path, json) => configure(plain, `https://${host}/api/v2.0${path}`, method, json, credentials),
    close: async () => {
      for (const http of opened) http.close();
      await proxy.close();
      await elsewhere.close();
      await place.close();
    },
  };
}

function trustOf({ caCertificate }: FaultProxy): HostTrust {
  return caCertificate === undefined ? {} : { caCertificate };
}

async function configure(
  http: Http,
  url: string,
  method: 'POST' | 'PUT' | 'GET',
  json: unknown,
  credentials: Credentials,
): Promise<unknown> {
  const headers = { authorization: basicAuthorization(credentials), 'content-type': 'application/json' };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  const response = await http.request({ method, url, headers, ...body });
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
