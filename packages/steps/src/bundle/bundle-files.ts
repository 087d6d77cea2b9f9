import { type Digest, hexOf } from '@harbor-pilot/oci';

/** The files of a bundle besides its blobs. */
export const bundleFiles = {
  checksums: 'checksums.txt',
  layoutVersion: 'oci-layout',
  index: 'index.json',
  record: 'harbor-pilot.json',
} as const;

/** `index.json` names the tag of a manifest so (OCI image spec 1.1.1, annotations.md). */
export const tagAnnotation = 'org.opencontainers.image.ref.name';

/** Where a blob is in a bundle. */
export function blobName(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** Whether a bundle may have a file of this name. */
export function isBundleFile(name: string): boolean {
  return Object.values<string>(bundleFiles).includes(name) || /^blobs\/sha256\/[a-f0-9]{64}$/.test(name);
}
