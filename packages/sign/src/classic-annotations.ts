import { X509Certificate } from 'node:crypto';
import type { SignedContent, Testimony } from './witness.ts';

/** The signer's certificate, PEM. */
export const certificateAnnotation = 'dev.sigstore.cosign/certificate';
/** What Rekor 1 answered, JSON. */
export const logEntryAnnotation = 'dev.sigstore.cosign/bundle';
/** A timestamp of an authority, JSON. */
export const timestampAnnotation = 'dev.sigstore.cosign/rfc3161timestamp';

/**
 * What speaks for a signature of the classic form, as annotations of its layer (cosign's SIGNATURE_SPEC.md, "Properties").
 * It has room for one timestamp, and for one entry of a log that promised a time, which those of Rekor 2 do not; others are
 * left out.
 */
export function classicAnnotations(
  { certificates: [leaf, ...authorities] }: Pick<SignedContent, 'certificates'>,
  { tlogEntries, timestamps: [timestamp] }: Required<Testimony>,
): Readonly<Record<string, string>> {
  const entry = tlogEntries.find(({ inclusionPromise }) => inclusionPromise !== undefined);
  return {
    ...(entry === undefined ? {} : { [logEntryAnnotation]: rekorBundle(entry) }),
    ...(leaf === undefined ? {} : { [certificateAnnotation]: pemOf(leaf) }),
    ...(authorities.length === 0 ? {} : { 'dev.sigstore.cosign/chain': authorities.map(pemOf).join('') }),
    ...(timestamp === undefined ? {} : { [timestampAnnotation]: timestampBundle(timestamp) }),
  };
}

function rekorBundle(entry: Required<Testimony>['tlogEntries'][number]): string {
  return JSON.stringify({
    SignedEntryTimestamp: entry.inclusionPromise?.signedEntryTimestamp,
    Payload: {
      body: entry.canonicalizedBody,
      integratedTime: Number(entry.integratedTime),
      logIndex: Number(entry.logIndex),
      logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
    },
  });
}

function timestampBundle(timestamp: Uint8Array): string {
  return JSON.stringify({ SignedRFC3161Timestamp: Buffer.from(timestamp).toString('base64') });
}

function pemOf(der: Uint8Array): string {
  return new X509Certificate(der).toString();
}
