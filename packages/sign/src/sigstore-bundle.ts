import { hexOf } from '@harbor-pilot/oci';
import { bundleFromJSON, bundleToJSON, isBundleWithDsseEnvelope, toDSSEBundle } from '@sigstore/bundle';
import { dsse } from '@sigstore/core';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { type Claim, formatStatement, parseStatement, signaturePredicateType } from './claim.ts';
import type { Checked } from './found-signature.ts';
import type { PublicKey } from './public-key.ts';
import type { Signer } from './signer.ts';

const statementPayloadType = 'application/vnd.in-toto+json';

/** Signs a claim; the result is the JSON text of a Sigstore bundle v0.3 with a DSSE envelope and the key's hint. */
export async function signBundle(claim: Claim, signer: Signer): Promise<string> {
  const statement = Buffer.from(formatStatement(claim));
  const signature = await signer.sign(dsse.preAuthEncoding(statementPayloadType, statement));
  const bundle = toDSSEBundle({
    artifact: statement,
    artifactType: statementPayloadType,
    signature: Buffer.from(signature),
    keyHint: hintOf(signer),
    certificateChain: false,
  });
  // cosign names the key in the verification material alone.
  for (const part of bundle.content.dsseEnvelope.signatures) part.keyid = '';
  return JSON.stringify(bundleToJSON(bundle));
}

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
    return { outcome: material.content.publicKey.hint === hintOf(publicKey) ? 'damaged' : 'another key' };
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

/** How a bundle names a key: the digest of its DER in base64, as cosign 3 writes it. */
function hintOf({ keyId }: Pick<PublicKey, 'keyId'>): string {
  return Buffer.from(hexOf(keyId), 'hex').toString('base64');
}
