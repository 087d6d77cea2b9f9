import { statementPayloadType } from './dsse.ts';
import { keyHintOf } from './key-hint.ts';
import { signContent } from './sign-content.ts';
import type { Signer } from './signer.ts';
import { hearWitnesses, type SignedContent, type Testimony, type Witness } from './witness.ts';

/** Type of a Sigstore bundle, of its layer and of the manifest around it (cosign's BUNDLE_SPEC.md). */
export const bundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/**
 * Signs an in-toto statement in a DSSE envelope and has all witnesses testify to it.
 * @returns JSON text of a Sigstore bundle v0.3, with the signer's certificate, or the hint of its key.
 * @throws PilotError what the signer and the witnesses throw; nothing has been pushed then.
 */
export async function signStatement(
  statementJson: string,
  signer: Signer,
  witnesses: readonly Witness[] = [],
  signal?: AbortSignal,
): Promise<string> {
  const content = await signContent(signer, Buffer.from(statementJson), statementPayloadType);
  return formatBundle(content, keyHintOf(signer), await hearWitnesses(witnesses, content, signal));
}

function formatBundle(
  content: SignedContent,
  keyHint: string,
  { tlogEntries, timestamps }: Required<Testimony>,
): string {
  const [leaf] = content.certificates;
  const signer = leaf === undefined ? { publicKey: { hint: keyHint } } : { certificate: { rawBytes: base64(leaf) } };
  const stamps = timestamps.map((timestamp) => ({ signedTimestamp: base64(timestamp) }));
  return JSON.stringify({
    mediaType: bundleMediaType,
    // As protobuf's JSON has it, without what is empty.
    verificationMaterial: {
      ...signer,
      ...(tlogEntries.length === 0 ? {} : { tlogEntries }),
      timestampVerificationData: stamps.length === 0 ? {} : { rfc3161Timestamps: stamps },
    },
    dsseEnvelope: {
      payload: base64(content.payload),
      payloadType: content.envelopeType,
      // cosign names the key in the verification material alone.
      signatures: [{ sig: base64(content.signature) }],
    },
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
