import { X509Certificate } from 'node:crypto';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { parseStrictJson } from '../attest/strict-json.ts';
import { envelopeMaterial, type Signed, type SignedMaterial } from './signed-material.ts';

/** A bundle, taken apart: a DSSE envelope, or the signature of a message that is somewhere else. */
export type ReadBundle =
  | {
      readonly kind: 'envelope';
      readonly payloadType: string;
      readonly payload: Buffer;
      readonly material: SignedMaterial;
    }
  | {
      readonly kind: 'message';
      /** A hint that nobody has signed, and that must be right all the same. */
      readonly digest: { readonly algorithm: string; readonly bytes: Buffer };
      materialOf(message: Signed): SignedMaterial;
    };

/** Versions 0.1 to 0.3 (protobuf-specs 0.5, Bundle); the library would take any that has two digits. */
const mediaTypes = /^application\/vnd\.dev\.sigstore\.bundle(?:\+json;version=0\.[123]|\.v0\.3\+json)$/;
/** A log or a timestamp authority speaks once; more are only there to keep somebody busy. */
const witnessLimit = 16;

/** Reads the JSON text of a bundle. @throws Error of any kind when it is none. */
export function readBundle(bundleJson: Uint8Array): ReadBundle {
  const bundle = bundleFromJSON(parseStrictJson(bundleJson, 'the bundle'));
  if (!mediaTypes.test(bundle.mediaType)) throw new Error(`"${bundle.mediaType}" is not a known kind of bundle`);
  const { content } = bundle;
  const rest = spokenFor(bundle);
  if (content.$case === 'messageSignature') {
    const { signature, messageDigest } = content.messageSignature;
    return {
      kind: 'message',
      digest: { algorithm: algorithmOf(messageDigest.algorithm), bytes: messageDigest.digest },
      materialOf: (signed) => ({ signature, signed, timestamped: signature, ...rest }),
    };
  }
  const { payloadType, payload, signatures } = content.dsseEnvelope;
  const signature = signatures[0]?.sig ?? Buffer.alloc(0);
  const envelope = envelopeMaterial(payloadType, payload, signature);
  return { kind: 'envelope', payloadType, payload, material: { ...envelope, timestamped: signature, ...rest } };
}

/** protobuf-specs 0.5, HashAlgorithm; those of SHA-3 are used nowhere. */
function algorithmOf(number: number): string {
  const algorithm = { 1: 'sha256', 2: 'sha384', 3: 'sha512' }[number];
  if (algorithm === undefined) throw new Error('it does not say how its digest was made');
  return algorithm;
}

function spokenFor({ verificationMaterial }: Bundle) {
  const { content, tlogEntries, timestampVerificationData } = verificationMaterial;
  const timestamps = timestampVerificationData?.rfc3161Timestamps.map(({ signedTimestamp }) => signedTimestamp) ?? [];
  if (tlogEntries.length > witnessLimit || timestamps.length > witnessLimit) {
    throw new Error(`it has more than ${witnessLimit} log entries or timestamps`);
  }
  return { ...signerOf(content), tlogEntries, timestamps };
}

function signerOf(content: Bundle['verificationMaterial']['content']): Pick<SignedMaterial, 'certificate' | 'keyHint'> {
  if (content.$case === 'publicKey') return { keyHint: content.publicKey.hint };
  if (content.$case === 'certificate') return { certificate: content.certificate.rawBytes };
  const [leaf, ...authorities] = content.x509CertificateChain.certificates.map(({ rawBytes }) => rawBytes);
  // A bundle that brings its own anchor has been made to be trusted for it.
  if (authorities.length > witnessLimit || authorities.some(isRoot)) throw new Error('it brings a root certificate');
  return leaf === undefined ? {} : { certificate: leaf };
}

function isRoot(der: Buffer): boolean {
  const certificate = new X509Certificate(der);
  return certificate.issuer === certificate.subject;
}
