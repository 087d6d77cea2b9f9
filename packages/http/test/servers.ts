import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  type Extension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto);
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
type CryptoKey = webcrypto.CryptoKey;
type CryptoKeyPair = webcrypto.CryptoKeyPair;

export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface Issue {
  readonly subject?: string;
  readonly names?: readonly string[];
  readonly validFromDays?: number;
  readonly daysLeft?: number;
}

export interface Authority {
  readonly pem: string;
  readonly key: string;
  issue(options?: Issue): Promise<Identity>;
  /** An authority below this one. */
  delegate(name: string): Promise<Authority>;
}

/** An authority that lives as long as the test. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: days(-30),
    notAfter: days(30),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return authorityOf(certificate, keys, await pemOf(keys.privateKey));
}

function authorityOf(own: X509Certificate, keys: CryptoKeyPair, key: string): Authority {
  const sign = (name: string, publicKey: CryptoKey, from: number, until: number, extensions: Extension[]) =>
    X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: own.subject,
      publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      notBefore: days(from),
      notAfter: days(until),
      extensions,
    });
  return {
    pem: own.toString('pem'),
    key,
    issue: async ({ subject = 'server', names = ['127.0.0.1'], validFromDays = -20, daysLeft = 1 } = {}) => {
      const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const alternatives = names.map((value) => ({
        type: /^[0-9.]+$/.test(value) ? ('ip' as const) : ('dns' as const),
        value,
      }));
      const certificate = await sign(subject, pair.publicKey, validFromDays, daysLeft, [
        new SubjectAlternativeNameExtension(alternatives),
      ]);
      return { cert: certificate.toString('pem'), key: await pemOf(pair.privateKey) };
    },
    delegate: async (name) => {
      const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const constraint = new BasicConstraintsExtension(true, undefined, true);
      return authorityOf(await sign(name, pair.publicKey, -30, 30, [constraint]), pair, await pemOf(pair.privateKey));
    },
  };
}

async function pemOf(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function days(count: number): Date {
  return new Date(Date.now() + count * 86_400_000);
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly server: Server;
  readonly requests: IncomingMessage[];
}

/** A server on a free port that remembers what it was asked; HTTPS when it has an identity. */
export async function serve(
  listener: RequestListener,
  identity?: Identity & Pick<ServerOptions, 'ca' | 'requestCert' | 'maxVersion'>,
): Promise<TestServer> {
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
