import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { DevHarbor } from '@harbor-pilot/dev-harbor';
import { type Fault, type FaultProxy, type FaultRule, startFaultProxy } from '@harbor-pilot/testkit';

/** The way to the registry on which something goes wrong. */
export interface Hazard {
  readonly name: string;
  /** Host of the registry as a job knows it. */
  readonly host: string;
  /** Whether the authority of the host is unknown. */
  readonly isUntrusted?: boolean;
  /** `admin` when absent, whose password is right. */
  readonly username?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The credentials come from a helper, those for the cluster from a plug-in. */
  readonly isHelped?: boolean;
  /** Resolves when the job is in the middle of something, and may be interrupted. */
  readonly inTheMiddle?: () => Promise<void>;
  /** With what a step ends that talks to the registry; undefined when nothing is wrong with that. */
  readonly exitCode?: number;
}

/** All hazards, and how to end them. */
export interface Hazards {
  readonly all: readonly Hazard[];
  /** Authorities of all hosts, PEM. */
  readonly caCertificate: string;
  /** Another registry, which refuses everybody. */
  readonly otherRegistry: string;
  /** A cluster that repeats the token that it was shown. */
  readonly clusterUrl: string;
  close(): Promise<void>;
}

/** What the servers repeat, and what the proxy is told. */
export interface KnownSecrets {
  /** Those that come with a request to a registry. */
  readonly registry: readonly string[];
  /** Of the user `worker`, whom the proxy refuses. */
  readonly proxyPassword: string;
}

const always = Number.POSITIVE_INFINITY;
/** All but the service that gives tokens. */
const allButTokens = /^\/(?!service)/;

/** Starts what can go wrong between a job and a Harbor. All that answers in its place repeats the secrets in every form. */
export async function startHazards(harbor: DevHarbor, { registry, proxyPassword }: KnownSecrets): Promise<Hazards> {
  const [own = '', other = ''] = registry.map((secret) => echoOf(harbor.username, secret));
  const proxies: FaultProxy[] = [];
  const start = async (faultOf: (host: string) => Fault, more: Partial<FaultRule> = {}): Promise<string> => {
    const target = { target: harbor.host, targetCaCertificate: harbor.caCertificate };
    const proxy = await startFaultProxy({ ...target, isTls: true });
    proxies.push(proxy);
    proxy.inject({ fault: faultOf(proxy.host), times: always, ...more });
    return proxy.host;
  };
  const answer = (status: number, headers: Readonly<Record<string, string>> = {}, echo = own): Fault => ({
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ errors: [{ code: 'UNKNOWN', message: echo, detail: echo }] }),
  });
  const bearer = (host: string) => `Bearer realm="https://${host}/service/token",service="harbor-registry"`;
  const basic = { 'www-authenticate': `Basic realm="${registry[1]}"` };
  const otherRegistry = await start(() => answer(401, basic, `${own} | ${other}`));
  const moved = `https://${otherRegistry}/?${new URLSearchParams({ token: registry[0] ?? '' })}`;
  const servers = [await refusingProxy(own), await refusingCluster()] as const;
  const proxyUrl = `http://worker:${encodeURIComponent(proxyPassword)}@${hostOf(servers[0])}`;
  let wake: () => void = () => undefined;
  const inTheMiddle = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    return promise;
  };
  const silent = await start(() => ({ kind: 'lose-answer', isSilent: true }), { before: async () => wake() });
  const loop = await start((host) => answer(401, { 'www-authenticate': bearer(host) }), { path: allButTokens });
  return {
    all: [
      { name: 'nothing', host: harbor.host },
      { name: 'a helper', host: harbor.host, isHelped: true },
      { name: 'a wrong name', host: harbor.host, username: 'nobody', exitCode: 3 },
      { name: '401 for ever', host: loop, exitCode: 3 },
      { name: '503', host: await start(() => answer(503, { 'retry-after': '0' })), exitCode: 4 },
      { name: 'an unknown authority', host: harbor.host, isUntrusted: true, exitCode: 4 },
      { name: 'a refusing proxy', host: 'harbor.example:9', environment: { HTTPS_PROXY: proxyUrl }, exitCode: 4 },
      { name: 'a redirect', host: await start(() => answer(307, { location: moved })), exitCode: 4 },
      { name: 'cut answers', host: await start(() => ({ kind: 'truncate', afterBytes: 3 })), exitCode: 4 },
      { name: 'an interrupt', host: silent, inTheMiddle },
    ],
    caCertificate: [harbor.caCertificate, ...proxies.map(({ caCertificate = '' }) => caCertificate)].join('\n'),
    otherRegistry,
    clusterUrl: `http://${hostOf(servers[1])}`,
    close: async () => {
      for (const proxy of proxies) await proxy.close();
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** A password as a server could show it that wants it seen. */
function echoOf(username: string, password: string): string {
  const pair = `${username}:${password}`;
  const basic = `Basic ${Buffer.from(pair).toString('base64')}`;
  return [password, pair, basic, encodeURIComponent(password), JSON.stringify(password)].join(' | ');
}

async function refusingProxy(echo: string): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(407).end(echo));
  server.on('connect', ({ headers }, socket: Socket) => {
    const seen = `${headers['proxy-authorization']} ${echo.replaceAll('\n', ' ')}`;
    socket.end(`HTTP/1.1 407 ${seen}\r\nx-seen: ${seen}\r\ncontent-length: ${Buffer.byteLength(echo)}\r\n\r\n${echo}`);
  });
  return listen(server);
}

async function refusingCluster(): Promise<Server> {
  return listen(
    createServer(({ headers }, response) => {
      const message = `who is ${headers.authorization}, ${headers.authorization?.slice('Bearer '.length)}?`;
      const status = {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        reason: 'Unauthorized',
        code: 401,
        message,
      };
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(status));
    }),
  );
}

async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
