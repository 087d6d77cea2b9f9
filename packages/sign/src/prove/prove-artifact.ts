import { createHash } from 'node:crypto';
import { parseStatement } from '../claim.ts';
import { statementPayloadType } from '../dsse.ts';
import type { Proof, Refusal, SignerPolicy } from '../trusted-signers.ts';
import type { ReadBundle } from './bundle-material.ts';
import { damaged, prove } from './prove.ts';
import type { Signed } from './signed-material.ts';

/**
 * Proves the JSON text of a bundle for an artifact: that the bundle signs it, or signs a statement that has its digest as a
 * subject.
 * @param artifact its bytes, or its digest alone.
 * @param now nothing may have been signed later.
 * @returns a refusal, never an error, whatever the bundle is.
 */
export async function proveArtifact(
  bundleJson: Uint8Array,
  artifact: Signed,
  policy: SignerPolicy,
  now: Date,
): Promise<Proof | Refusal> {
  try {
    const { readBundle } = await import('./bundle-material.ts');
    const bundle = readBundle(bundleJson);
    if (!isAbout(bundle, artifact)) throw new Error('it is about another artifact');
    return await prove(bundle.kind === 'message' ? bundle.materialOf(artifact) : bundle.material, policy, now);
  } catch (error) {
    return damaged(error);
  }
}

function isAbout(bundle: ReadBundle, artifact: Signed): boolean {
  if (bundle.kind === 'message')
    return digestOf(artifact, bundle.digest.algorithm)?.equals(bundle.digest.bytes) ?? false;
  if (bundle.payloadType !== statementPayloadType) return false;
  const { claims = [] } = parseStatement(bundle.payload) ?? {};
  return claims.some(({ digest }) => digest === `sha256:${digestOf(artifact, 'sha256')?.toString('hex')}`);
}

/** undefined when only another digest of the artifact is known. */
function digestOf(artifact: Signed, algorithm: string): Buffer | undefined {
  if ('bytes' in artifact) return createHash(algorithm).update(artifact.bytes).digest();
  return algorithm === 'sha256' ? Buffer.from(artifact.sha256) : undefined;
}
