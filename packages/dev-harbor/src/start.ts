import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Clock, makeFolder, PilotError, systemClock } from '@harbor-pilot/core';
import { assemble } from './assemble.ts';
import { controlOf, type DevHarborControl } from './control/control.ts';
import { ensureAdministrator, ensureLibrary, ensureScanner } from './first-contents.ts';
import type { Harbor } from './harbor.ts';
import { type ScannerAdapter, startScannerAdapter } from './scanner/index.ts';
import { loadCertificates } from './server/certificates.ts';
import { listenerOf } from './server/serve.ts';
import { type HarborVersion, versionTraits } from './version.ts';

/** How the embedded Harbor is started. */
export interface DevHarborOptions {
  /** Where its state lives; made when it is missing. Starting again with the same directory loses nothing. */
  readonly dataDirectory: string;
  /** On 127.0.0.1; any free one when absent. */
  readonly port?: number;
  /** Advisories that the built-in scanner knows, in OSV format. Without them it finds nothing. */
  readonly advisoriesDirectory?: string;
  /** The administrator's password; `Harbor12345` when absent, as after a fresh installation of Harbor. */
  readonly adminPassword?: string;
  /** The line of Harbor that it behaves like; `2.15` when absent. */
  readonly harborVersion?: HarborVersion;
  readonly clock?: Clock;
  /** Hears of failures of the server itself, a line each. */
  readonly warn?: (line: string) => void;
}

/** A running embedded Harbor. */
export interface DevHarbor {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** The authority of its certificate, PEM; also in the data directory as `ca.crt`. */
  readonly caCertificate: string;
  readonly username: 'admin';
  readonly password: string;
  /** Brings it into states that tests need; also below `/dev-harbor`, see the package's README. */
  readonly control: DevHarborControl;
  /** Ends scans and connections, then closes the database. Once is enough. */
  close(): Promise<void>;
}

/** A large layer over a slow line takes its time. */
const requestTimeoutMilliseconds = 3_600_000;

/**
 * Starts a Harbor inside this process: registry, token service, REST API, policies and a vulnerability scanner.
 * @throws PilotError NETWORK_UNREACHABLE when the port is taken.
 * @throws PilotError FILE_UNREADABLE when another process uses the data directory.
 */
export async function startDevHarbor(options: DevHarborOptions): Promise<DevHarbor> {
  const clock = options.clock ?? systemClock;
  await makeFolder(options.dataDirectory, 0o700);
  const certificates = await loadCertificates(options.dataDirectory, clock.now());
  const server = createServer({ cert: certificates.certificate, key: certificates.key });
  server.requestTimeout = requestTimeoutMilliseconds;
  // The address is needed to set things up, so a request may come before there is somebody to answer it: it waits.
  const ready = Promise.withResolvers<RequestListener>();
  server.on('request', (request, response) => void ready.promise.then((answer) => answer(request, response)));
  const host = await listen(server, options.port ?? 0);
  try {
    return await serveOn(server, host, certificates.caCertificate, ready.resolve, { ...options, clock });
  } catch (error) {
    server.close();
    server.closeAllConnections();
    throw error;
  }
}

async function serveOn(
  server: Server,
  host: string,
  caCertificate: string,
  begin: (listener: RequestListener) => void,
  options: DevHarborOptions & { readonly clock: Clock },
): Promise<DevHarbor> {
  const {
    dataDirectory,
    clock,
    advisoriesDirectory,
    adminPassword: password = 'Harbor12345',
    harborVersion = '2.15',
    warn = () => {},
  } = options;
  const url = `https://${host}`;
  const version = versionTraits[harborVersion];
  const harbor = assemble({ dataDirectory, clock, caCertificate, externalUrl: url, version, warn });
  await ensureAdministrator(harbor, password);
  ensureLibrary(harbor);
  const scanner = await startScannerAdapter({
    caCertificate,
    ...(advisoriesDirectory === undefined ? {} : { advisoriesDirectory }),
  });
  ensureScanner(harbor, scanner.url);
  const control = controlOf(harbor, scanner);
  let closing: Promise<void> | undefined;
  begin(listenerOf(harbor, control));
  return {
    url,
    host,
    caCertificate,
    username: 'admin',
    password,
    control,
    close: () => (closing ??= close(server, harbor, scanner)),
  };
}

async function close(server: Server, harbor: Harbor, scanner: ScannerAdapter): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  await harbor.scanJobs.close();
  server.closeAllConnections();
  await closed;
  await scanner.close();
  harbor.database.close();
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  }).catch((cause: unknown) => {
    throw new PilotError('NETWORK_UNREACHABLE', `127.0.0.1:${port} cannot be used by the embedded Harbor`, {
      hint: 'Choose another port, or end the program that uses this one.',
      cause,
    });
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
