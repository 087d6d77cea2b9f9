import { createHash, X509Certificate } from 'node:crypto';

/** A period in which a service or a key counts. */
interface Validity {
  /** ISO 8601. */
  start: string;
  end?: string;
}

/** One that issues certificates, of people or of timestamps (protobuf-specs 0.5, CertificateAuthority). */
export interface TrustedAuthority {
  uri: string;
  /** Leaf first; in base64. */
  certChain: { certificates: { rawBytes: string }[] };
  validFor: Validity;
}

/** A log (protobuf-specs 0.5, TransparencyLogInstance). */
export interface TrustedLog {
  baseUrl: string;
  hashAlgorithm: string;
  publicKey: { rawBytes: string; keyDetails: string; validFor: Validity };
  logId: { keyId: string };
}

/** What a `trusted_root.json` holds. Tests may change it and write it as a file of their own. */
export interface TrustedRoot {
  mediaType: string;
  tlogs: TrustedLog[];
  certificateAuthorities: TrustedAuthority[];
  ctlogs: TrustedLog[];
  timestampAuthorities: TrustedAuthority[];
}

/** Where a service is (protobuf-specs 0.5, Service). */
interface ServiceAddress {
  url: string;
  majorApiVersion: number;
  validFor: Validity;
  operator: string;
}

/** What a `signing_config.json` holds (version 0.2). Tests may change it and write it as a file of their own. */
export interface SigningConfig {
  mediaType: string;
  caUrls: ServiceAddress[];
  oidcUrls: ServiceAddress[];
  rekorTlogUrls: ServiceAddress[];
  rekorTlogConfig: { selector: string };
  tsaUrls: ServiceAddress[];
  tsaConfig: { selector: string };
}

/** The addresses of a private Sigstore as its clients see them. */
export interface SigstoreUrls {
  readonly issuer: string;
  readonly fulcio: string;
  /** With the path that answers requests for timestamps. */
  readonly timestampAuthority: string;
  /** Rekor 2. */
  readonly rekor: string;
  /** Rekor 1. */
  readonly rekor1: string;
  /** Only Fulcio asks it. */
  readonly certificateLog: string;
}

/** Keys and certificates of a private Sigstore: PEM, leaf first, or DER (SPKI). */
export interface SigstoreKeys {
  readonly fulcioChain: string;
  readonly timestampChain: string;
  /** Ed25519. */
  readonly rekorKey: Buffer;
  /** ECDSA P-256, as the next one. */
  readonly rekor1Key: Buffer;
  readonly certificateLogKey: Buffer;
}

/**
 * Tells verifiers whom to trust.
 * @param rekorOrigin what the log calls itself in its checkpoints.
 */
export function describeTrust(urls: SigstoreUrls, keys: SigstoreKeys, rekorOrigin: string): TrustedRoot {
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      describeLog(urls.rekor, keys.rekorKey, 'PKIX_ED25519', checkpointKeyId(rekorOrigin, keys.rekorKey)),
      describeLog(urls.rekor1, keys.rekor1Key, 'PKIX_ECDSA_P256_SHA_256', sha256(keys.rekor1Key)),
    ],
    certificateAuthorities: [describeAuthority(urls.fulcio, keys.fulcioChain)],
    ctlogs: [
      describeLog(
        urls.certificateLog,
        keys.certificateLogKey,
        'PKIX_ECDSA_P256_SHA_256',
        sha256(keys.certificateLogKey),
      ),
    ],
    timestampAuthorities: [describeAuthority(urls.timestampAuthority, keys.timestampChain)],
  };
}

/** Tells signers whom to ask: of two logs any, which for those who know both is Rekor 2. */
export function describeServices(urls: SigstoreUrls): SigningConfig {
  const service = (url: string, majorApiVersion: number): ServiceAddress => {
    return { url, majorApiVersion, validFor: { start: anHourAgo() }, operator: 'test' };
  };
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(urls.fulcio, 1)],
    oidcUrls: [service(urls.issuer, 1)],
    rekorTlogUrls: [service(urls.rekor, 2), service(urls.rekor1, 1)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(urls.timestampAuthority, 1)],
    tsaConfig: { selector: 'ANY' },
  };
}

function describeAuthority(uri: string, chain: string): TrustedAuthority {
  const certificates = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const rawBytes = (pem: string): string => new X509Certificate(pem).raw.toString('base64');
  return {
    uri,
    certChain: { certificates: certificates.map((pem) => ({ rawBytes: rawBytes(pem) })) },
    validFor: { start: anHourAgo() },
  };
}

function describeLog(baseUrl: string, key: Buffer, keyDetails: string, id: Buffer): TrustedLog {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: key.toString('base64'), keyDetails, validFor: { start: anHourAgo() } },
    logId: { keyId: id.toString('base64') },
  };
}

/** How a checkpoint names an Ed25519 key (c2sp.org/signed-note), not cut to four bytes. */
function checkpointKeyId(origin: string, spki: Buffer): Buffer {
  const ed25519 = 1;
  const rawKey = spki.subarray(-32);
  return sha256(Buffer.concat([Buffer.from(`${origin}\n`), Buffer.from([ed25519]), rawKey]));
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function anHourAgo(): string {
  return new Date(Date.now() - 3_600_000).toISOString();
}
