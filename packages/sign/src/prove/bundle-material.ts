import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { envelopeMaterial, type Signed, type SignedMaterial } from './signed-material.ts';

/** What a bundle holds: a DSSE envelope, or the signature of a message that is somewhere else. */
export type BundleContent =
  | { readonly kind: 'envelope'; readonly payloadType: string; readonly payload: Buffer }
  | { readonly kind: 'message'; readonly sha256: Buffer | undefined };

/** A bundle, taken apart. */
export interface ReadBundle {
  readonly content: BundleContent;
  /** @param message what a message signature is said to be over; an envelope has what it is over in itself. */
  material(message?: Signed): SignedMaterial;
}

/** Versions 0.1 to 0.3 (protobuf-specs 0.5, Bundle); the library would take any that has two digits. */
const mediaTypes = /^application\/vnd\.dev\.sigstore\.bundle(?:\+json;version=0\.[123]|\.v0\.3\+json)$/;
/** A log or a timestamp authority speaks once; more are only there to keep somebody busy. */
const witnessLimit = 16;

/** Reads the JSON text of a bundle. @throws Error of any kind when it is none. */
export function readBundle(bundleJson: Uint8Array): ReadBundle {
  const bundle = bundleFromJSON(JSON.parse(Buffer.from(bundleJson).toString()));
  if (!mediaTypes.test(bundle.mediaType)) throw new Error(`"${bundle.mediaType}" is not a known kind of bundle`);
  const { content } = bundle;
  const rest = spokenFor(bundle);
  if (content.$case === 'messageSignature') {
    const { signature, messageDigest } = content.messageSignature;
    // The digest in the bundle is a mere hint, which has to be right all the same.
    const sha256 = messageDigest.algorithm <= 1 ? messageDigest.digest : undefined;
    return {
      content: { kind: 'message', sha256 },
      material: (signed = { sha256: messageDigest.digest }) => ({ signature, signed, timestamped: signature, ...rest }),
    };
  }
  const { payloadType, payload, signatures } = content.dsseEnvelope;
  const signature = signatures[0]?.sig ?? Buffer.alloc(0);
  const envelope = { ...envelopeMaterial(payloadType, payload, signature), timestamped: signature, ...rest };
  return { content: { kind: 'envelope', payloadType, payload }, material: () => envelope };
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
  const certificate =
    content.$case === 'certificate' ? content.certificate : content.x509CertificateChain.certificates[0];
  return certificate === undefined ? {} : { certificate: certificate.rawBytes };
}
