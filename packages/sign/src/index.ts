export { type AcceptanceOptions, assertAcceptedByHarbor, type RefusedPull } from './accepted-by-harbor.ts';
export {
  type AttestedDigest,
  type AttestedSubject,
  type AttestOptions,
  attestDigests,
  attestedLimitBytes,
} from './attest/attest-digests.ts';
export { checkPredicate } from './attest/check-predicate.ts';
export { type Condition, describeCondition, parseCondition } from './attest/conditions.ts';
export { examineAttestations, findAttestations } from './attest/examine-attestations.ts';
export type {
  AttestationFailure,
  AttestationsOptions,
  ExaminedRequirement,
  ProvedAttestation,
  RefusedAttestation,
  RequiredAttestation,
} from './attest/examined-attestations.ts';
export { parsePredicateType, predicateTypes } from './attest/predicate-types.ts';
export { digestsNamedIn } from './attest/sbom-subject.ts';
export { parseStrictJson } from './attest/strict-json.ts';
export type { Claim } from './claim.ts';
export { unrecognisedSignatures } from './copied-signatures.ts';
export { digestsToSign } from './digests-to-sign.ts';
export { type ExaminedImage, type ExaminedPart, examineImage } from './examine-image.ts';
export { examineSignatures } from './examine-signatures.ts';
export type {
  ExaminedDigest,
  ExamineOptions,
  ProvedSignature,
  RefusedSignature,
  SignatureFailure,
} from './examined-digest.ts';
export { type ExistingSignatures, findSignatures } from './existing-signatures.ts';
export { chooseFormat, type SignatureFormat, type SigningFormat } from './format.ts';
export { isOwnFault } from './found-signature.ts';
export { mayAskGitHub, readGitHubIdentity } from './identity/github-identity.ts';
export { identityHint, identityVariable } from './identity/identity-hints.ts';
export { createIdentitySource, type IdentitySource } from './identity/identity-source.ts';
export { explainImmutableSignature } from './immutable-signature.ts';
export { referenceAnnotation } from './in-toto.ts';
export { keyPolicy } from './key-policy.ts';
export { createKeylessSigner, type KeylessSigner } from './keyless-signer.ts';
export { cosignVerifyFlag } from './keys/algorithm.ts';
export { openExternalSigner } from './keys/external-signer.ts';
export { generateKeyPair, importKeyPair, type KeyPair, type KeyType } from './keys/key-pair.ts';
export type { SignerCommand } from './keys/signer-command.ts';
export { exactName, namePattern } from './name-rule.ts';
export { proveArtifact } from './prove/prove-artifact.ts';
export type { Signed } from './prove/signed-material.ts';
export { type PublicKey, parsePublicKey } from './public-key.ts';
export { openWitnesses } from './services/open-witnesses.ts';
export { publicSigningConfig } from './services/public-signing-config.ts';
export { parseSigningConfig, type SigningConfig } from './services/signing-config.ts';
export { type SignedDigest, type SignOptions, signDigests } from './sign-digests.ts';
export { loadSigner, type Signer } from './signer.ts';
export {
  ageOfTrustRoot,
  parseTrustRoot,
  publicTrustRoot,
  type TrustRoot,
  type TrustRootAge,
} from './trust-root.ts';
export type {
  NameRule,
  Proof,
  ProofFailure,
  ProvedSigner,
  Refusal,
  SignerPolicy,
  TrustedSigner,
  Waiver,
} from './trusted-signers.ts';
export type { SignedContent, Testimony, Witness } from './witness.ts';
export { signStatement } from './write-bundle.ts';
