export { type Compression, compressionOf, magicBytes } from './compression.ts';
export { type ContentSource, type PassingContent, passContent } from './content.ts';
export {
  type Digest,
  digestOf,
  type ExpectedContent,
  hexOf,
  isDigest,
  parseDigest,
  verifyBytes,
  verifyingStream,
} from './digest.ts';
export { type DockerArchive, openDockerArchive } from './docker-archive.ts';
export { writeDockerArchive } from './docker-archive-writer.ts';
export { type Layout, openLayout, readLayout } from './layout.ts';
export {
  blobsOf,
  type Content,
  contentOf,
  type Descriptor,
  distinct,
  emptyContent,
  formatIndex,
  formatManifest,
  type Index,
  type Manifest,
  manifestSizeLimitBytes,
  type ParsedManifest,
  parseManifest,
} from './manifest.ts';
export { manifestsIn } from './manifests-in.ts';
export { isIndexType, manifestMediaTypes, mediaTypes } from './media-types.ts';
export { formatPlatform, type Platform, parsePlatform, platformMatches } from './platform.ts';
export { formatReference, isTag, parseHost, parseReference, type Reference } from './reference.ts';
export {
  formatTarHeader,
  isTarHeader,
  parseTarHeader,
  type TarHeader,
  tarBlockBytes,
  tarPaddingBytes,
} from './tar-header.ts';
export { type FilePart, openFile, passVerified, readPart, readVerified } from './verified-file.ts';
