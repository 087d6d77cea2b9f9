import { inParallel, type PilotError, together } from '@harbor-pilot/core';
import { type Descriptor, formatPlatform, isIndexType, manifestsIn, parseManifest } from '@harbor-pilot/oci';
import { examineSignatures } from './examine-signatures.ts';
import type { ExaminedDigest, ExamineOptions } from './examined-digest.ts';
import { withheldBy } from './withheld.ts';

/** A digest of an image, and what hangs on it. */
export interface ExaminedPart extends ExaminedDigest {
  /** `linux/amd64`, as its index says. */
  readonly platform?: string;
}

/** All of an image that may be pulled on its own. */
export interface ExaminedImage {
  /** The image itself first, then what is in its index. */
  readonly parts: readonly ExaminedPart[];
  /** Why nobody knows what is in its index: Harbor did not give it out (PULL_REFUSED). */
  readonly withheld?: PilotError;
}

/**
 * Examines all that signing an image signs: the digest itself, which comes first, and when it is an index, its children,
 * which runtimes pull by their own digests.
 * @param mediaType of the digest, where it is known: of what is no index, the manifest need not be read then.
 * @throws PilotError REFERENCE_NOT_FOUND; CONTENT_HOSTILE when there is no end to what is in it; and what the registry throws.
 */
export async function examineImage(options: ExamineOptions, mediaType?: string): Promise<ExaminedImage> {
  // Neither waits for the other: where a digest has no signature Harbor may not even let its index be read.
  let children: readonly Descriptor[] = [];
  const [own, withheld] = await together([
    () => examineSignatures(options),
    () =>
      withheldBy(async () => {
        if (mediaType === undefined || isIndexType(mediaType)) children = await childrenOf(options);
      }),
  ]);
  if (withheld !== undefined) return { parts: [own], withheld };
  const parts = await inParallel(children, async ({ digest, platform }) => ({
    ...(await examineSignatures({ ...options, digest })),
    ...(platform === undefined ? {} : { platform: formatPlatform(platform) }),
  }));
  return { parts: [own, ...parts] };
}

async function childrenOf({ registry, repository, digest }: ExamineOptions): Promise<readonly Descriptor[]> {
  const { bytes, descriptor } = await registry.fetchManifest(repository, digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'manifest') return [];
  return manifestsIn(registry.source(repository), ...parsed.index.manifests);
}
