import { printable } from '@harbor-pilot/core';
import { keyHintOf } from '../key-hint.ts';
import type { PublicKey } from '../public-key.ts';
import type { Proof, Refusal, SignerPolicy } from '../trusted-signers.ts';
import type { RootedPolicy } from './demands.ts';
import { isOfKey, type SignedMaterial } from './signed-material.ts';

/**
 * Proves a signature: who it is of, and all that the policy demands besides.
 * @param now nothing may have been signed later.
 * @returns a refusal, never an error, whatever the material is.
 */
export async function prove(material: SignedMaterial, policy: SignerPolicy, now: Date): Promise<Proof | Refusal> {
  try {
    const publicKey = keysOf(policy).find((key) => isOfKey(material, key));
    if (publicKey !== undefined) return await proveByKey(material, publicKey, policy, now);
    if (material.certificate === undefined) return strangerOf(material, policy);
    return await proveByCertificate(material, material.certificate, policy, now);
  } catch (error) {
    return damaged(error);
  }
}

/** The refusal of something that cannot be read, whatever the readers of JSON, ASN.1 and keys make of it. */
export function damaged(error: unknown): Refusal {
  const isTelling = error instanceof Error && !(error instanceof TypeError || error instanceof RangeError);
  return {
    failure: 'damaged',
    reason: isTelling ? printable(error.message, 300) : 'it has not the form that it should have',
  };
}

function keysOf({ signers }: SignerPolicy): readonly PublicKey[] {
  return signers.flatMap((signer) => (signer.kind === 'key' ? [signer.publicKey] : []));
}

function strangerOf({ keyHint }: SignedMaterial, policy: SignerPolicy): Refusal {
  const keys = keysOf(policy);
  if (keys.some((key) => keyHintOf(key) === keyHint)) {
    return { failure: 'damaged', reason: 'the signature is not of the key that it names and this content' };
  }
  return { failure: 'another signer', reason: keys.length === 0 ? 'signed with a key' : 'signed with another key' };
}

async function proveByKey(
  material: SignedMaterial,
  publicKey: PublicKey,
  policy: SignerPolicy,
  now: Date,
): Promise<Proof | Refusal> {
  if (!isRooted(policy)) return { signer: { kind: 'key', keyId: publicKey.keyId }, verifiedWith: [], waived: [] };
  const { proveKey } = await import('./trust-root-proof.ts');
  return proveKey(material, publicKey, policy, now);
}

async function proveByCertificate(
  material: SignedMaterial,
  certificate: Buffer,
  policy: SignerPolicy,
  now: Date,
): Promise<Proof | Refusal> {
  if (!policy.signers.some(({ kind }) => kind === 'certificate')) {
    return { failure: 'another signer', reason: 'signed with a certificate, not with a key' };
  }
  if (!isRooted(policy)) return { failure: 'untrusted certificate', reason: 'there is no trust root for certificates' };
  const { proveCertificate } = await import('./trust-root-proof.ts');
  return proveCertificate(material, certificate, policy, now);
}

function isRooted(policy: SignerPolicy): policy is RootedPolicy {
  return policy.trustRoot !== undefined;
}
