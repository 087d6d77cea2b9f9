import { inParallel } from '@harbor-pilot/core';
import type { Descriptor, Digest } from '@harbor-pilot/oci';
import { classicTag, type Registry } from '@harbor-pilot/registry';
import { readClassicManifest } from './classic-signatures.ts';
import { formatsOf, type SignatureFormat, type SigningFormat } from './format.ts';
import type { ForeignSignature, FoundSignature } from './found-signature.ts';
import { referredSignatures } from './referred-signatures.ts';

/** The signatures that a digest has already in one form, as they lie in the registry: nobody has proved them. */
export type ExistingSignatures = (digest: Digest, format: SignatureFormat) => readonly FoundSignature[];

/** Where to look, for what. */
export interface SignaturesToFind {
  readonly registry: Registry;
  /** Path below the registry, `project/app`. */
  readonly repository: string;
  readonly digests: readonly Descriptor[];
  readonly format: SigningFormat;
}

/**
 * Looks for the signatures that digests have already. The key that is to sign need not be there for it.
 * @throws PilotError CONTENT_HOSTILE when there is no end to them; and what the registry throws.
 */
export async function findSignatures({
  registry,
  repository,
  digests,
  format,
}: SignaturesToFind): Promise<ExistingSignatures> {
  const wanted = digests.flatMap(({ digest }) => formatsOf(format).map((one) => ({ digest, format: one })));
  const lists = await inParallel(wanted, async (one) => {
    const all: FoundSignature[] = [];
    for await (const found of signaturesOf(registry, repository, one.digest, one.format)) {
      if (found.format === one.format) all.push(found as FoundSignature);
    }
    return [nameOf(one.digest, one.format), all] as const;
  });
  const found = new Map(lists);
  return (digest, one) => found.get(nameOf(digest, one)) ?? [];
}

function signaturesOf(
  registry: Registry,
  repository: string,
  digest: Digest,
  format: SignatureFormat,
): AsyncGenerator<FoundSignature | ForeignSignature> {
  return format === 'bundle'
    ? referredSignatures(registry, repository, digest)
    : readClassicManifest(registry, repository, classicTag(digest, 'sig'));
}

function nameOf(digest: Digest, format: SignatureFormat): string {
  return `${format} ${digest}`;
}
