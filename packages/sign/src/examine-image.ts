import { PilotError } from '@harbor-pilot/core';
import { type Descriptor, type Digest, formatPlatform, isIndexType, parseManifest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { digestsToSign } from './digests-to-sign.ts';
import { examineSignatures } from './examine-signatures.ts';
import type { ExaminedDigest, ExamineOptions } from './examined-digest.ts';
import { inParallel } from './in-parallel.ts';

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
 * @throws PilotError REFERENCE_NOT_FOUND and what the registry throws.
 */
export async function examineImage(options: ExamineOptions, mediaType?: string): Promise<ExaminedImage> {
  // Neither waits for the other: where a digest has no signature Harbor may not even let its index be read.
  const [own, children] = await Promise.all([examineSignatures(options), childrenUnlessWithheld(options, mediaType)]);
  if (children instanceof PilotError) return { parts: [own], withheld: children };
  const parts = await inParallel(children, async ({ digest, platform }) => ({
    ...(await examineSignatures({ ...options, digest })),
    ...(platform === undefined ? {} : { platform: formatPlatform(platform) }),
  }));
  return { parts: [own, ...parts] };
}

async function childrenUnlessWithheld(
  { registry, repository, digest }: ExamineOptions,
  mediaType: string | undefined,
): Promise<readonly Descriptor[] | PilotError> {
  if (mediaType !== undefined && !isIndexType(mediaType)) return [];
  try {
    return await childrenOf(registry, repository, digest);
  } catch (error) {
    if (error instanceof PilotError && error.code === 'PULL_REFUSED') return error;
    throw error;
  }
}

async function childrenOf(registry: Registry, repository: string, digest: Digest): Promise<readonly Descriptor[]> {
  const { bytes, descriptor } = await registry.fetchManifest(repository, digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'manifest') return [];
  const source = registry.source(repository);
  const children: Descriptor[] = [];
  for (const child of parsed.index.manifests) children.push(...(await digestsToSign(source, child)));
  return [...new Map(children.map((child) => [child.digest, child])).values()].filter(
    (child) => child.digest !== digest,
  );
}
