import { createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { asArray, asObject, asString } from '@harbor-pilot/core';
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts';
import { makeIdentity } from '../identity.ts';
import { startCertificateLog } from './certificate-log.ts';
import { startIssuer, type TokenRequest, workflowIssuer } from './issuer.ts';
import {
  type PrivateSigstorePaths,
  rekorOrigin,
  type Service,
  startFulcio,
  startRekor,
  startRekor1,
  startTimestampServer,
} from './programs.ts';
import {
  describeServices,
  describeTrust,
  type SigningConfig,
  type SigstoreKeys,
  type SigstoreUrls,
  type TrustedRoot,
} from './trust-files.ts';

/** How a private Sigstore differs from the usual. */
export interface PrivateSigstoreOptions {
  /** All services, the issuer too, speak TLS, with one authority. */
  readonly isTls?: boolean;
  /** Fulcio issues certificates without a signed certificate timestamp, although the trust root names a certificate log. */
  readonly isWithoutCertificateLog?: boolean;
}

/** A running Sigstore of our own. */
export interface PrivateSigstore {
  readonly urls: SigstoreUrls;
  /** The issuer that certificates name: of people, and of workflows. */
  readonly issuers: { readonly people: string; readonly workflows: string };
  /** The authority of all services, PEM, when they speak TLS. */
  readonly caCertificate?: string;
  /** What is before each service: faults are injected here, and requests are seen. */
  readonly proxies: Readonly<Record<Exclude<keyof SigstoreUrls, 'certificateLog'>, FaultProxy>>;
  readonly trustedRoot: TrustedRoot;
  readonly trustedRootFile: string;
  readonly signingConfig: SigningConfig;
  readonly signingConfigFile: string;
  /** A new identity token. */
  token(request?: TokenRequest): string;
  /** Ends all programs and removes their folder. */
  close(): Promise<void>;
}

const startMilliseconds = 60_000;
const pollMilliseconds = 20;
const shownLogLines = 15;

/**
 * Starts a real Fulcio, a real timestamp authority and real Rekors of both versions on loopback, with an OpenID Connect issuer and a
 * certificate log, and waits until all are ready. Several can run at a time.
 * @param paths as `describeWithPeers` gives them for `privateSigstorePeers`.
 * @throws Error with the last lines of a program when it is not ready within 60 seconds.
 */
export async function startPrivateSigstore(
  paths: PrivateSigstorePaths,
  options: PrivateSigstoreOptions = {},
): Promise<PrivateSigstore> {
  const folder = await mkdtemp(join(tmpdir(), 'sigstore-'));
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    // The last started ends first: nobody loses what it depends on.
    for (const closeOne of closers.splice(0).reverse()) await closeOne();
  };
  try {
    return { ...(await bringUp(folder, paths, options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function bringUp(
  folder: string,
  paths: PrivateSigstorePaths,
  { isTls = false, isWithoutCertificateLog = false }: PrivateSigstoreOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<PrivateSigstore, 'close'>> {
  const keep = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    closers.push(() => part.close());
    return part;
  };
  const run = <One extends Service>(service: One): One => {
    keep({ close: () => service.program.stop() });
    return service;
  };
  const scheme = isTls ? 'https' : 'http';
  const identity = isTls ? await makeIdentity('private Sigstore') : undefined;
  const certificate = identity === undefined ? {} : { caCertificate: identity.cert };
  const startProxy = async (target: string): Promise<FaultProxy> =>
    keep(await startFaultProxy({ target, ...(identity === undefined ? {} : { identity }) }));
  const rekor = run(await startRekor(paths['rekor-server'], folder));
  const rekor1 = run(await startRekor1(paths['rekor-v1'], folder));
  const timestamps = run(await startTimestampServer(paths['timestamp-server'], folder));
  const certificateLog = keep(await startCertificateLog());
  const issuer = keep(await startIssuer(scheme));
  const issuerProxy = await startProxy(issuer.host);
  const issuerUrl = `${scheme}://${issuerProxy.host}`;
  const certificateLogUrl = isWithoutCertificateLog ? undefined : certificateLog.url;
  const fulcio = run(await startFulcio(paths.fulcio, folder, { issuerUrl, ...certificate, certificateLogUrl }));
  const deadline = performance.now() + startMilliseconds;
  for (const service of [rekor, rekor1, timestamps, fulcio]) await untilReady(service, deadline);
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
  return {
    urls,
    issuers: { people: issuerUrl, workflows: workflowIssuer(issuerUrl) },
    ...certificate,
    proxies,
    ...(await writeTrustFiles(folder, urls, keys)),
    token: (request = {}) => issuer.token(issuerUrl, request),
  };
}

type TrustFiles = Pick<PrivateSigstore, 'trustedRoot' | 'trustedRootFile' | 'signingConfig' | 'signingConfigFile'>;

async function writeTrustFiles(folder: string, urls: SigstoreUrls, keys: SigstoreKeys): Promise<TrustFiles> {
  const trustedRoot = describeTrust(urls, keys, rekorOrigin);
  const signingConfig = describeServices(urls);
  const trustedRootFile = join(folder, 'trusted_root.json');
  const signingConfigFile = join(folder, 'signing_config.json');
  await writeFile(trustedRootFile, JSON.stringify(trustedRoot));
  await writeFile(signingConfigFile, JSON.stringify(signingConfig));
  return { trustedRoot, trustedRootFile, signingConfig, signingConfigFile };
}

const timestampPath = '/api/v1/timestamp';

async function untilReady({ host, readyPath, program }: Service, deadline: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://${host}${readyPath}`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    if (program.hasEnded() || performance.now() > deadline) {
      throw new Error(`${program.name} did not start:\n${program.lastLines(shownLogLines)}`);
    }
    await delay(pollMilliseconds);
  }
}

async function read({ host, program }: Service, path: string): Promise<string> {
  const answer = await fetch(`http://${host}${path}`);
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
