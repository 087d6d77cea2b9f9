import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TokenRequest, workflowIssuer } from './issuer.ts';
import { type PrivateSigstorePaths, rekorOrigin } from './programs.ts';
import { type Keep, type PrivateSigstoreOptions, type SigstoreProxies, startServices } from './services.ts';
import {
  describeServices,
  describeTrust,
  type SigningConfig,
  type SigstoreKeys,
  type SigstoreUrls,
  type TrustedRoot,
} from './trust-files.ts';

/** A running Sigstore of our own. */
export interface PrivateSigstore {
  readonly urls: SigstoreUrls;
  /** The issuer that certificates name: of people, and of workflows. */
  readonly issuers: { readonly people: string; readonly workflows: string };
  /** The authority of all services, PEM, when they speak TLS. */
  readonly caCertificate?: string;
  /** What is before each service: faults are injected here, and requests are seen. */
  readonly proxies: SigstoreProxies;
  readonly trustedRoot: TrustedRoot;
  readonly trustedRootFile: string;
  readonly signingConfig: SigningConfig;
  readonly signingConfigFile: string;
  /** A new identity token. */
  token(request?: TokenRequest): string;
  /** Ends all programs and removes their folder. */
  close(): Promise<void>;
}

/**
 * Starts a real Fulcio, a real timestamp authority and real Rekors of both versions on loopback, with an OpenID Connect
 * issuer and a certificate log of our own, and waits until all are ready. Several can run at a time.
 * @param paths as `describeWithPeers` gives them for `privateSigstorePeers`.
 * @throws Error with the last lines of a program when it is not ready within 60 seconds.
 */
export async function startPrivateSigstore(
  paths: PrivateSigstorePaths,
  options: PrivateSigstoreOptions = {},
): Promise<PrivateSigstore> {
  const folder = await mkdtemp(join(tmpdir(), 'sigstore-'));
  const parts: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    // The last started ends first: nobody loses what it depends on.
    for (const part of parts.splice(0).reverse()) await part.close();
    await rm(folder, { recursive: true, force: true });
  };
  const keep: Keep = (part) => {
    parts.push(part);
    return part;
  };
  try {
    const { urls, keys, proxies, issuer, certificate } = await startServices(folder, paths, options, keep);
    return {
      urls,
      issuers: { people: urls.issuer, workflows: workflowIssuer(urls.issuer) },
      ...certificate,
      proxies,
      ...(await writeTrustFiles(folder, urls, keys)),
      token: (request = {}) => issuer.token(urls.issuer, request),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
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
