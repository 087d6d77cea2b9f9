import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type Content,
  type ContentSource,
  contentOf,
  type Descriptor,
  type Digest,
  emptyContent,
  formatIndex,
  formatManifest,
  mediaTypes,
} from '@harbor-pilot/oci';

/** Content in memory, that counts what is opened. */
export interface MemorySource extends ContentSource {
  readonly contents: Map<Digest, Content>;
  readonly opened: Digest[];
}

export function memorySource(...contents: readonly Content[]): MemorySource {
  const map = new Map(contents.map((content) => [content.descriptor.digest, content]));
  const opened: Digest[] = [];
  const bytesOf = ({ digest }: Descriptor): Uint8Array => {
    const content = map.get(digest);
    if (content === undefined) throw new Error(`no ${digest}`);
    return content.bytes;
  };
  return {
    contents: map,
    opened,
    read: async (descriptor) => bytesOf(descriptor),
    open: async (descriptor) => {
      opened.push(descriptor.digest);
      return Readable.from([bytesOf(descriptor)]);
    },
  };
}

export interface TestImage {
  readonly root: Content;
  readonly layers: readonly Content[];
  readonly source: MemorySource;
}

/** An image that never existed before. */
export function randomImage(layerCount = 2, layerSizeBytes = 70_000): TestImage {
  const layers = Array.from({ length: layerCount }, () =>
    contentOf(mediaTypes.ociLayerGzip, randomBytes(layerSizeBytes)),
  );
  const config = contentOf(
    mediaTypes.ociConfig,
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created: '2026-01-01T00:00:00Z',
      rootfs: { type: 'layers', diff_ids: layers.map(({ descriptor }) => descriptor.digest) },
    }),
  );
  const root = formatManifest({
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  });
  return { root, layers, source: memorySource(root, config, ...layers) };
}

/** An index of two images. */
export function randomIndex(): TestImage {
  const images = [randomImage(1, 2000), randomImage(1, 2000)];
  const root = formatIndex({
    mediaType: mediaTypes.ociIndex,
    manifests: images.map(({ root: { descriptor } }, position) => ({
      ...descriptor,
      platform: { os: 'linux', architecture: position === 0 ? 'amd64' : 'arm64' },
    })),
  });
  return {
    root,
    layers: images.flatMap(({ layers }) => layers),
    source: memorySource(root, ...images.flatMap(({ source }) => [...source.contents.values()])),
  };
}

/** An artifact that refers to a subject. */
export function referrerOf(subject: Descriptor, artifactType: string, note = 'a'): Content {
  const { mediaType, digest, size } = subject;
  return formatManifest({
    mediaType: mediaTypes.ociManifest,
    artifactType,
    config: emptyContent.descriptor,
    layers: [emptyContent.descriptor],
    subject: { mediaType, digest, size },
    annotations: { note },
  });
}
