import { type Digest, formatPlatform, type Index } from '@harbor-pilot/oci';

/** Where BuildKit files its attestations in an index (BuildKit, docs/attestations/attestation-storage.md): nothing that runs. */
export const attestationPlatform = 'unknown/unknown';

/** The platforms that an index names, `linux/arm64/v8` and so on, by the digest of the child. */
export function platformsOf(index: Index): ReadonlyMap<Digest, string> {
  return new Map(
    index.manifests.flatMap(({ digest, platform }) =>
      platform === undefined ? [] : [[digest, formatPlatform(platform)] as const],
    ),
  );
}

/** The beginning of a digest, which names an image of which no platform is known. */
export function shortDigest(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}

/**
 * A name for the image of a platform that no other image of the index has: images of Windows differ in its version alone,
 * and what is excepted in one of them is not in the other. The first keeps the plain name.
 */
export function distinctName(platform: string, digest: Digest, isTaken: (name: string) => boolean): string {
  return isTaken(platform) ? `${platform}/${shortDigest(digest)}` : platform;
}
