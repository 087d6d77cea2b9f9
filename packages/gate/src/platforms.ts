import { type Digest, formatPlatform, type Index } from '@harbor-pilot/oci';

/** The platforms that an index names, `linux/arm64/v8` and so on, by the digest of the child. */
export function platformsOf(index: Index): ReadonlyMap<Digest, string> {
  return new Map(
    index.manifests.flatMap(({ digest, platform }) =>
      platform === undefined ? [] : [[digest, formatPlatform(platform)] as const],
    ),
  );
}
