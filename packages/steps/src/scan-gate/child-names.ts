import { shortDigest } from '@harbor-pilot/gate';
import { type Digest, formatPlatform } from '@harbor-pilot/oci';
import type { ImageTree } from '../subject.ts';

/** What an image, or the children of an index, are called: by their platform, or by the beginning of the digest where nobody tells it. */
export function childNames({ root, children }: ImageTree): ReadonlyMap<Digest, string> {
  return new Map(
    (children.length === 0 ? [root] : children).map(({ digest, platform }) => [
      digest,
      platform === undefined ? shortDigest(digest) : formatPlatform(platform),
    ]),
  );
}
