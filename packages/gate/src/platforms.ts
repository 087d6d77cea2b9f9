import { PilotError } from '@harbor-pilot/core';
import type { Harbor, HarborArtifact, ScanOverview } from '@harbor-pilot/harbor';
import { type Digest, formatPlatform, type Index, isIndexType } from '@harbor-pilot/oci';

/** Where BuildKit files its attestations in an index (BuildKit, docs/attestations/attestation-storage.md): nothing that runs. */
const attestationPlatform = 'unknown/unknown';

/** The platforms that an index names, `linux/arm64/v8` and so on, by the digest of the child. */
export function platformsOf(index: Index): ReadonlyMap<Digest, string> {
  return new Map(
    index.manifests.flatMap(({ digest, platform }) =>
      platform === undefined ? [] : [[digest, formatPlatform(platform)] as const],
    ),
  );
}

/** One image to be scanned, with the state in which its scan was found. */
export interface ImageToScan {
  readonly digest: Digest;
  /** Its platform, or the beginning of its digest where no platform is known. */
  readonly platform: string;
  readonly overview: ScanOverview;
}

/** Where an image is kept in Harbor. */
export interface ImagePlace {
  readonly harbor: Harbor;
  readonly project: string;
  readonly repository: string;
  readonly platforms?: ReadonlyMap<Digest, string>;
}

/**
 * The images that a digest stands for: itself, or the children of an index, at any depth, without attestations.
 * Harbor's word on the index itself is never enough: its summary may be empty while a child is vulnerable.
 * @throws PilotError REFERENCE_NOT_FOUND, ANSWER_UNEXPECTED, or SCAN_FAILED for an index without images.
 */
export async function imagesOf(place: ImagePlace, digest: Digest): Promise<readonly ImageToScan[]> {
  const images = new Map<Digest, ImageToScan>();
  await collect(place, digest, images);
  if (images.size > 0) return [...images.values()];
  throw new PilotError('SCAN_FAILED', `${nameOf(place, digest)} is an index without any image to scan`, {
    hint: 'Push an index that names at least one image, with its platform.',
  });
}

async function collect(place: ImagePlace, digest: Digest, images: Map<Digest, ImageToScan>): Promise<void> {
  const platform = place.platforms?.get(digest);
  if (platform === attestationPlatform || images.has(digest)) return;
  const artifact = await artifactOf(place, digest);
  if (artifact.children.length > 0 || isIndexType(artifact.mediaType)) {
    for (const child of artifact.children) await collect(place, child, images);
  } else {
    images.set(digest, { digest, platform: platform ?? shortDigest(digest), overview: artifact.scan });
  }
}

/**
 * Harbor's record of exactly this digest.
 * @throws PilotError ANSWER_UNEXPECTED when Harbor tells about another one.
 */
export async function artifactOf(place: ImagePlace, digest: Digest): Promise<HarborArtifact> {
  const artifact = await place.harbor.artifact(place.project, place.repository, digest);
  if (artifact.digest === digest) return artifact;
  throw new PilotError(
    'ANSWER_UNEXPECTED',
    `asked for ${nameOf(place, digest)}, Harbor told about ${artifact.digest}`,
    { hint: 'Look for a proxy or cache between here and Harbor that mixes up answers.' },
  );
}

/** `project/repository@digest`, for messages. */
export function nameOf(place: ImagePlace, digest: Digest): string {
  return `${place.project}/${place.repository}@${digest}`;
}

function shortDigest(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}
