import type { Digest } from '@harbor-pilot/oci';
import { digestsToSign } from './digests-to-sign.ts';
import { type VerifiedSignature, type VerifyOptions, verifySignatures } from './verify-signatures.ts';

/** A digest of an image, and its valid signatures: at least one. */
export interface VerifiedDigest {
  readonly digest: Digest;
  readonly signatures: readonly VerifiedSignature[];
}

/**
 * Verifies the signatures of all that signing an image signs: of the digest itself and, when it is an index, of its
 * children, which runtimes pull by their own digests.
 * @throws PilotError what {@link verifySignatures} throws, naming the digest; REFERENCE_NOT_FOUND
 */
export async function verifyImage(options: VerifyOptions): Promise<readonly VerifiedDigest[]> {
  const { registry, repository } = options;
  // The digest itself comes first: where it has no signature Harbor may not even let the index be read.
  const verified = [await verifyDigest(options)];
  const root = await registry.resolve(repository, options.digest);
  for (const { digest } of await digestsToSign(registry.source(repository), root)) {
    if (digest !== options.digest) verified.push(await verifyDigest({ ...options, digest }));
  }
  return verified;
}

async function verifyDigest(options: VerifyOptions): Promise<VerifiedDigest> {
  return { digest: options.digest, signatures: await verifySignatures(options) };
}
