import { createPublicKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { asArray, asObject, asString } from '@harbor-pilot/core';
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts';
import { makeIdentity } from '../identity.ts';
import { startCertificateLog } from './certificate-log.ts';
import { type Issuer, startIssuer } from './issuer.ts';
import {
  type PrivateSigstorePaths,
  type Service,
  startFulcio,
  startRekor,
  startRekor1,
  startTimestampServer,
} from './programs.ts';
import type { SigstoreKeys, SigstoreUrls } from './trust-files.ts';

/** How a private Sigstore differs from the usual. */
export interface PrivateSigstoreOptions {
  /** All services, the issuer too, speak TLS, with one authority. */
  readonly isTls?: boolean;
  /** Fulcio issues certificates without a signed certificate timestamp, although the trust root names a certificate log. */
  readonly isWithoutCertificateLog?: boolean;
}

/** What is before each service. */
export type SigstoreProxies = Readonly<Record<Exclude<keyof SigstoreUrls, 'certificateLog'>, FaultProxy>>;

/** Remembers what has to be closed in the end. */
export type Keep = <Part extends { close(): Promise<void> }>(part: Part) => Part;

/** All services, running. */
export interface Services {
  readonly urls: SigstoreUrls;
  readonly keys: SigstoreKeys;
  readonly proxies: SigstoreProxies;
  readonly issuer: Issuer;
  /** The authority of all, PEM, when they speak TLS. */
  readonly certificate: { readonly caCertificate?: string };
}

const timestampPath = '/api/v1/timestamp';
const startMilliseconds = 60_000;
const askMilliseconds = 5_000;
const pollMilliseconds = 20;
const shownLogLines = 15;

/**
 * Starts all services behind proxies, and waits until they are ready.
 * @param folder for their files.
 * @throws Error with the last lines of a program when it is not ready within 60 seconds.
 */
export async function startServices(
  folder: string,
  paths: PrivateSigstorePaths,
  { isTls = false, isWithoutCertificateLog = false }: PrivateSigstoreOptions,
  keep: Keep,
): Promise<Services> {
  const scheme = isTls ? 'https' : 'http';
  const identity = isTls ? await makeIdentity('private Sigstore') : undefined;
  const certificate = identity === undefined ? {} : { caCertificate: identity.cert };
  const startProxy = async (target: string): Promise<FaultProxy> =>
    keep(await startFaultProxy({ target, ...(identity === undefined ? {} : { identity }) }));
  const certificateLog = keep(await startCertificateLog());
  const issuer = keep(await startIssuer(scheme));
  const issuerProxy = await startProxy(issuer.host);
  const issuerUrl = `${scheme}://${issuerProxy.host}`;
  const certificateLogUrl = isWithoutCertificateLog ? undefined : certificateLog.url;
  const rekor = keep(await startRekor(paths['rekor-server'], folder));
  const rekor1 = keep(await startRekor1(paths['rekor-v1'], folder));
  const timestamps = keep(await startTimestampServer(paths['timestamp-server'], folder));
  const fulcio = keep(await startFulcio(paths.fulcio, folder, { issuerUrl, ...certificate, certificateLogUrl }));
  await untilReady([rekor, rekor1, timestamps, fulcio]);
  issuerProxy.reset();
  const proxies = {
    issuer: issuerProxy,
    fulcio: await startProxy(fulcio.host),
    timestampAuthority: await startProxy(timestamps.host),
    rekor: await startProxy(rekor.host),
    rekor1: await startProxy(rekor1.host),
  };
  const urls = {
    issuer: issuerUrl,
    fulcio: `${scheme}://${proxies.fulcio.host}`,
    timestampAuthority: `${scheme}://${proxies.timestampAuthority.host}${timestampPath}`,
    rekor: `${scheme}://${proxies.rekor.host}`,
    rekor1: `${scheme}://${proxies.rekor1.host}`,
    certificateLog: certificateLog.url,
  };
  const keys = {
    fulcioChain: await readFulcioChain(fulcio),
    timestampChain: await read(timestamps, `${timestampPath}/certchain`),
    rekorKey: rekor.publicKey,
    rekor1Key: await readRekor1Key(rekor1),
    certificateLogKey: certificateLog.publicKey,
  };
  return { urls, keys, proxies, issuer, certificate };
}

async function untilReady(services: readonly Service[]): Promise<void> {
  const deadline = performance.now() + startMilliseconds;
  for (const { host, readyPath, program } of services) {
    while (!(await isReady(`http://${host}${readyPath}`))) {
      if (program.hasEnded() || performance.now() > deadline) {
        throw new Error(`${program.name} did not start:\n${program.lastLines(shownLogLines)}`);
      }
      await delay(pollMilliseconds);
    }
  }
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(askMilliseconds) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok === true;
}

async function read({ host, program }: Service, path: string): Promise<string> {
  const answer = await fetch(`http://${host}${path}`, { signal: AbortSignal.timeout(askMilliseconds) });
  if (!answer.ok) throw new Error(`${program.name} answers ${path} with ${answer.status}`);
  return answer.text();
}

/** The certificates of Fulcio's authority, PEM, from `GET /api/v2/trustBundle`. */
async function readFulcioChain(fulcio: Service): Promise<string> {
  const [chain] = asArray(asObject(JSON.parse(await read(fulcio, '/api/v2/trustBundle')))?.chains);
  return asArray(asObject(chain)?.certificates).map(asString).join('\n');
}

async function readRekor1Key(rekor1: Service): Promise<Buffer> {
  return createPublicKey(await read(rekor1, '/api/v1/log/publicKey')).export({ type: 'spki', format: 'der' });
}
