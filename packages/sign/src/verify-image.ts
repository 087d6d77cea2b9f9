import type { Digest } from '@harbor-pilot/oci';
import { digestsToSign } from './digests-to-sign.ts';
import type { ExamineOptions, ProvedSignature } from './examined-digest.ts';
import { inParallel } from './in-parallel.ts';
import { verifySignatures } from './verify-signatures.ts';

/** A digest of an image, and its valid signatures: at least one. */
export interface VerifiedDigest {
  readonly digest: Digest;
  readonly signatures: readonly ProvedSignature[];
}

/**
 * Verifies the signatures of all that signing an image signs: of the digest itself and, when it is an index, of its
 * children, which runtimes pull by their own digests.
 * @throws PilotError what {@link verifySignatures} throws, naming the digest; REFERENCE_NOT_FOUND
 */
export async function verifyImage(options: ExamineOptions): Promise<readonly VerifiedDigest[]> {
  const { registry, repository } = options;
  // The digest itself comes first: where it has no signature Harbor may not even let the index be read.
  const own = await verifyDigest(options);
  const root = await registry.resolve(repository, options.digest);
  const children = await digestsToSign(registry.source(repository), root);
  const others = children.filter(({ digest }) => digest !== options.digest);
  return [own, ...(await inParallel(others, ({ digest }) => verifyDigest({ ...options, digest })))];
}

async function verifyDigest(options: ExamineOptions): Promise<VerifiedDigest> {
  return { digest: options.digest, signatures: await verifySignatures(options) };
}
