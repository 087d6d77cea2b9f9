import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto);
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 86_400_000;

export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  readonly pem: string;
  issue(options?: { names?: readonly string[]; daysLeft?: number }): Promise<Identity>;
}

/** An authority that lives as long as the test. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root: X509Certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys: keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 30 * day),
    notAfter: new Date(Date.now() + 30 * day),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    pem: root.toString('pem'),
    issue: async ({ names = ['127.0.0.1'], daysLeft = 1 } = {}) => {
      const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const certificate = await X509CertificateGenerator.create({
        subject: 'CN=server',
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        notBefore: new Date(Date.now() - 20 * day),
        notAfter: new Date(Date.now() + daysLeft * day),
        extensions: [
          new SubjectAlternativeNameExtension(
            names.map((value) => ({ type: /^[0-9.]+$/.test(value) ? ('ip' as const) : ('dns' as const), value })),
          ),
        ],
      });
      const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
      return { cert: certificate.toString('pem'), key: PemConverter.encode(pkcs8, 'PRIVATE KEY') };
    },
  };
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly server: Server;
  readonly requests: IncomingMessage[];
}

/** A server on a free port that remembers what it was asked; HTTPS when it has an identity. */
export async function serve(listener: RequestListener, identity?: Identity): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const remember: RequestListener = (request, response) => {
    requests.push(request);
    listener(request, response);
  };
  const server = identity === undefined ? createServer(remember) : createHttpsServer({ ...identity }, remember);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${identity === undefined ? 'http' : 'https'}://${host}`,
    host,
    server,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A clock that does not wait, and remembers how long it should have. */
export function fakeClock(now = new Date('2026-01-01T00:00:00Z')) {
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    sleep: async (milliseconds: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      waits.push(milliseconds);
    },
  };
}

/** What a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<Error & { code?: string; hint?: string }> {
  return promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Error) => error,
  );
}
