export { type AcceptanceOptions, assertAcceptedByHarbor } from './accepted-by-harbor.ts';
export type { Claim } from './claim.ts';
export { digestsToSign } from './digests-to-sign.ts';
export { chooseFormat, type SignatureFormat } from './format.ts';
export { type SignedDigest, type SignOptions, signDigests } from './sign-digests.ts';
export { generateKeyPair, type KeyPair, loadSigner, type Signer } from './signer.ts';
export { type VerifiedDigest, verifyImage } from './verify-image.ts';
export { type VerifiedSignature, type VerifyOptions, verifySignatures } from './verify-signatures.ts';
