import { shortDigest } from '@harbor-pilot/gate';
import { type Descriptor, type Digest, formatPlatform } from '@harbor-pilot/oci';
import type { ImageTree } from '../subject.ts';

/** What an image, or the children of an index, are called. */
export function childNames({ root, children }: ImageTree): ReadonlyMap<Digest, string> {
  return new Map((children.length === 0 ? [root] : children).map((image) => [image.digest, childName(image)]));
}

/** The platform of an image, or the beginning of its digest where nobody tells that. */
export function childName({ digest, platform }: Descriptor): string {
  return platform === undefined ? shortDigest(digest) : formatPlatform(platform);
}
