import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Clock, PilotError, systemClock } from '@harbor-pilot/core';
import { assemble } from './assemble.ts';
import { ensureAdministrator, ensureLibrary, ensureScanner } from './first-contents.ts';
import { startScannerAdapter } from './scanner/index.ts';
import { loadCertificates } from './server/certificates.ts';
import { serve } from './server/serve.ts';

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
  readonly clock?: Clock;
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
  /** Ends scans and connections, then closes the database. */
  close(): Promise<void>;
}

/**
 * Starts a Harbor inside this process: registry, token service, REST API, policies and a vulnerability scanner.
 * @throws PilotError NETWORK_UNREACHABLE when the port is taken.
 */
export async function startDevHarbor(options: DevHarborOptions): Promise<DevHarbor> {
  const clock = options.clock ?? systemClock;
  const { dataDirectory, adminPassword: password = 'Harbor12345' } = options;
  mkdirSync(join(dataDirectory), { recursive: true, mode: 0o700 });
  const certificates = await loadCertificates(dataDirectory, clock.now());
  const server = createServer({ cert: certificates.certificate, key: certificates.key });
  const host = await listen(server, options.port ?? 0);
  const url = `https://${host}`;
  const harbor = assemble({ dataDirectory, clock, caCertificate: certificates.caCertificate, registryUrl: url });
  await ensureAdministrator(harbor, password);
  ensureLibrary(harbor);
  const scanner = await startScannerAdapter({
    caCertificate: certificates.caCertificate,
    ...(options.advisoriesDirectory === undefined ? {} : { advisoriesDirectory: options.advisoriesDirectory }),
  });
  ensureScanner(harbor, scanner.url);
  server.on('request', (request, response) => void serve(harbor, request, response));
  return {
    url,
    host,
    caCertificate: certificates.caCertificate,
    username: 'admin',
    password,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await harbor.scanJobs.close();
      server.closeAllConnections();
      await closed;
      await scanner.close();
      harbor.database.close();
    },
  };
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
