import { createHash } from 'node:crypto';
import { parseStatement } from '../claim.ts';
import { statementPayloadType } from '../dsse.ts';
import type { Proof, Refusal, SignerPolicy } from '../trusted-signers.ts';
import type { ReadBundle } from './bundle-material.ts';
import { damaged, prove } from './prove.ts';
import type { Signed } from './signed-material.ts';

/**
 * Proves the JSON text of a bundle for an artifact: that the bundle signs it, or signs a statement that has its digest as a subject.
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
    const sha256 = 'sha256' in artifact ? artifact.sha256 : createHash('sha256').update(artifact.bytes).digest();
    if (!isAbout(bundle, Buffer.from(sha256))) throw new Error('it is about another artifact');
    return await prove(bundle.kind === 'message' ? bundle.materialOf(artifact) : bundle.material, policy, now);
  } catch (error) {
    return damaged(error);
  }
}

function isAbout(bundle: ReadBundle, sha256: Buffer): boolean {
  if (bundle.kind === 'message') return bundle.sha256?.equals(sha256) ?? true;
  if (bundle.payloadType !== statementPayloadType) return false;
  const { claims = [] } = parseStatement(bundle.payload) ?? {};
  return claims.some(({ digest }) => digest === `sha256:${sha256.toString('hex')}`);
}
