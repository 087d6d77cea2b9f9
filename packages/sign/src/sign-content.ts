import { signedBytes } from './dsse.ts';
import type { Signer } from './signer.ts';
import type { SignedContent } from './witness.ts';

/**
 * Signs a payload.
 * @param envelopeType media type of the payload inside a DSSE envelope; undefined to sign the payload as it is.
 * @throws PilotError what the signer throws.
 */
export async function signContent(
  signer: Signer,
  payload: Uint8Array,
  envelopeType: string | undefined,
): Promise<SignedContent> {
  const signature = await signer.sign(signedBytes({ payload, envelopeType }));
  // Read after signing: a certificate may have been renewed for it.
  const { certificates = [], publicKeyPem } = signer;
  return { signature, payload, envelopeType, certificates, publicKeyPem };
}
