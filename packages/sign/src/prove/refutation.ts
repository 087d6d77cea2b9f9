import { createHash } from 'node:crypto';
import { EXTENSION_OID_SCT, type X509Certificate } from '@sigstore/core';
import { type SignedEntity, type TrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import { KnownCertificate } from '../known-certificate.ts';
import type { ProofFailure, Refusal } from '../trusted-signers.ts';
import type { Hearing, Witnesses } from './hearing.ts';
import { hasDigest, type SignedMaterial } from './signed-material.ts';

type SignatureContent = SignedEntity['signature'];

const always = { start: new Date(0), end: new Date(8.64e15) };
const nowhere = Buffer.alloc(0);

/** A certificate whose proofs of certificate logs are not looked at: the library takes those that it finds for needed. */
class CertificateAlone extends KnownCertificate {
  override clone(): X509Certificate {
    const copy = super.clone();
    const index = copy.extensions.findIndex(({ subs }) => subs[0]?.toOID() === EXTENSION_OID_SCT);
    if (index >= 0) copy.extensions.splice(index, 1);
    return copy;
  }
}

/** What the library refutes of certificate, timestamps and log entries; undefined when all is well. */
export function refutation(hearing: Hearing, witnesses: Witnesses): Refusal | undefined {
  const { root, key } = hearing;
  const entity = entityOf(hearing, witnesses);
  const material = { ...root.material, publicKey: () => ({ publicKey: key, validFor: () => true }) };
  const error = errorOf(hearing, entity, material);
  if (error === undefined) return undefined;
  if (
    errorOf(hearing, entity, withoutValidity(material)) === undefined ||
    isExpiredAuthority(error, hearing, witnesses)
  ) {
    const reason = `the keys of ${root.origin} that it needs were not valid when it was signed`;
    return { failure: 'expired trust root', reason };
  }
  return { failure: failureOf(error), reason: reasonOf(error, hearing) };
}

function errorOf({ demands }: Hearing, entity: SignedEntity, material: TrustMaterial): VerificationError | undefined {
  const verifier = new Verifier(material, {
    tlogThreshold: demands.isLogNeeded ? 1 : 0,
    timestampThreshold: demands.isTimeNeeded ? 1 : 0,
    ctlogThreshold: demands.isSctNeeded ? 1 : 0,
  });
  try {
    verifier.verify(entity);
    return undefined;
  } catch (error) {
    if (error instanceof VerificationError) return error;
    throw error;
  }
}

function entityOf({ material, certificate, demands, now }: Hearing, witnesses: Witnesses): SignedEntity {
  const { tlogEntries, timestamps } = witnesses;
  const signature = signatureContent(material);
  if (certificate === undefined) return { signature, key: { $case: 'public-key', hint: '' }, tlogEntries, timestamps };
  const { x509 } = certificate;
  return {
    signature,
    key: { $case: 'certificate', certificate: demands.isSctNeeded ? x509 : new CertificateAlone(certificate.der) },
    tlogEntries,
    timestamps: timestamps.length > 0 ? timestamps : [timestampOf(now)],
  };
}

function signatureContent({ signature, signed, payload, timestamped }: SignedMaterial): SignatureContent {
  return {
    signature: timestamped,
    compareSignature: (logged) => signature.equals(logged),
    compareDigest: (logged) =>
      payload === undefined ? hasDigest(signed, logged) : createHash('sha256').update(payload).digest().equals(logged),
    compareSignedDigest: (logged) => hasDigest(signed, logged),
    // Whose signature it is was verified before, in one way for all.
    verifySignature: () => true,
  };
}

/** The library verifies a certificate only at the times that somebody says; where that is waived it has to be valid now. */
function timestampOf(now: Date): SignedEntity['timestamps'][number] {
  const tlogEntry = {
    logIndex: '0',
    logId: { keyId: nowhere },
    kindVersion: { kind: '', version: '' },
    integratedTime: String(Math.floor(now.getTime() / 1000)),
    inclusionPromise: { signedEntryTimestamp: nowhere },
    inclusionProof: undefined,
    canonicalizedBody: nowhere,
  };
  return { $case: 'transparency-log', tlogEntry };
}

function withoutValidity(material: TrustMaterial): TrustMaterial {
  const { certificateAuthorities, timestampAuthorities, tlogs, ctlogs } = material;
  const isAlways = <Part>(part: Part) => ({ ...part, validFor: always });
  return {
    ...material,
    certificateAuthorities: certificateAuthorities.map(isAlways),
    timestampAuthorities: timestampAuthorities.map(isAlways),
    tlogs: tlogs.map(isAlways),
    ctlogs: ctlogs.map(isAlways),
  };
}

/** Whether the chain does not hold although the signer's certificate was valid then. */
function isExpiredAuthority(
  { cause }: VerificationError,
  { certificate, now }: Hearing,
  { times }: Witnesses,
): boolean {
  if (!(cause instanceof Error && cause.message.includes('not valid or expired'))) return false;
  return (times.length > 0 ? times : [now]).every((time) => certificate?.x509.validForDate(new Date(time)));
}

function failureOf({ code, message }: VerificationError): ProofFailure {
  if (code === 'TIMESTAMP_ERROR') return 'no timestamp';
  if (code === 'CERTIFICATE_ERROR') {
    return message.includes('SCT') ? 'no certificate transparency' : 'untrusted certificate';
  }
  return code.startsWith('TLOG_') ? 'no transparency log' : 'damaged';
}

function reasonOf({ message, cause }: VerificationError, { root }: Hearing): string {
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return `it does not stand before ${root.origin}: ${why}`;
}
