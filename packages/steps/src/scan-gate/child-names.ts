import { shortDigest } from '@harbor-pilot/gate';
import { type Digest, formatPlatform } from '@harbor-pilot/oci';
import type { ImageTree } from '../subject.ts';

/** What the children of an index are called: by their platform, or by the beginning of the digest where it names none. */
export function childNames({ children }: ImageTree): ReadonlyMap<Digest, string> {
  return new Map(
    children.map(({ digest, platform }) => [
      digest,
      platform === undefined ? shortDigest(digest) : formatPlatform(platform),
    ]),
  );
}
