import { bundleFromJSON, isBundleWithDsseEnvelope } from '@sigstore/bundle';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { parseStatement, signaturePredicateType } from './claim.ts';
import { statementPayloadType } from './dsse.ts';
import type { Checked } from './found-signature.ts';
import { keyHintOf } from './key-hint.ts';
import type { PublicKey } from './public-key.ts';

/**
 * Verifies the JSON text of a bundle with a bare public key. Entries of a transparency log and timestamps are not looked at: with a key that is
 * trusted as such they add nothing to who signed.
 */
export function checkBundle(bundleJson: Uint8Array, publicKey: PublicKey): Checked {
  const bundle = parseBundle(bundleJson);
  if (bundle === undefined) return { outcome: 'damaged' };
  const { payload, payloadType } = bundle.content.dsseEnvelope;
  const statement = payloadType === statementPayloadType ? parseStatement(payload) : undefined;
  if (statement === undefined) return { outcome: 'damaged' };
  if (statement.predicateType !== signaturePredicateType) return { outcome: 'attestation' };
  const material = bundle.verificationMaterial;
  if (material.content.$case !== 'publicKey') return { outcome: 'another key' };
  material.tlogEntries = [];
  material.timestampVerificationData = { rfc3161Timestamps: [] };
  try {
    keyVerifier(publicKey).verify(toSignedEntity(bundle));
  } catch {
    return { outcome: material.content.publicKey.hint === keyHintOf(publicKey) ? 'damaged' : 'another key' };
  }
  return { outcome: 'signed', claims: statement.claims };
}

function parseBundle(bundleJson: Uint8Array) {
  try {
    const bundle = bundleFromJSON(JSON.parse(Buffer.from(bundleJson).toString()));
    return isBundleWithDsseEnvelope(bundle) ? bundle : undefined;
  } catch {
    return undefined;
  }
}

function keyVerifier(publicKey: PublicKey): Verifier {
  const trust = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: () => ({ publicKey: publicKey.key, validFor: () => true }),
  };
  return new Verifier(trust, { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 });
}
