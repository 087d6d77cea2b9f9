import { meets } from '../name-rule.ts';
import type { PublicKey } from '../public-key.ts';
import type { Proof, Refusal } from '../trusted-signers.ts';
import { demandsOf, type RootedPolicy } from './demands.ts';
import { isOfKey, type SignedMaterial } from './signed-material.ts';
import { readCertificate } from './signer-certificate.ts';
import { hearWitnesses } from './witnesses.ts';

/**
 * Proves a signature, known to be of a key, with what a trust root has: its logs and timestamp authorities.
 * @param now nothing may have been signed later.
 * @throws Error of any kind when something of it cannot be read.
 */
export function proveKey(
  material: SignedMaterial,
  { key, keyId }: PublicKey,
  policy: RootedPolicy,
  now: Date,
): Proof | Refusal {
  const heard = hearWitnesses({ material, key, demands: demandsOf(policy, false), root: policy.trustRoot, now });
  return 'failure' in heard ? heard : { signer: { kind: 'key', keyId }, ...heard };
}

/**
 * Proves a signature of a certificate with a trust root: who it is of, that an authority said so, and when it was made.
 * @param der the certificate.
 * @param now nothing may have been signed later.
 * @throws Error of any kind when something of it cannot be read.
 */
export function proveCertificate(
  material: SignedMaterial,
  der: Buffer,
  policy: RootedPolicy,
  now: Date,
): Proof | Refusal {
  const certificate = readCertificate(der);
  if ('failure' in certificate) return certificate;
  const { key, identity, issuer } = certificate;
  if (!isOfKey(material, certificate)) {
    return { failure: 'damaged', reason: 'the signature is not of its certificate and this content' };
  }
  const demands = demandsOf(policy, true);
  const heard = hearWitnesses({ material, key, certificate, demands, root: policy.trustRoot, now });
  if ('failure' in heard) return heard;
  const isTrusted = policy.signers.some(
    (signer) => signer.kind === 'certificate' && meets(identity, signer.identity) && meets(issuer, signer.issuer),
  );
  if (!isTrusted) return { failure: 'another signer', reason: `signed by ${identity}, for whom ${issuer} vouches` };
  return { signer: { kind: 'certificate', identity, issuer }, ...heard };
}
