import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { asArray, asObject, asString, PilotError } from '@harbor-pilot/core';
import { type Compression, compressionOf, magicBytes } from './compression.ts';
import type { ContentSource } from './content.ts';
import { type Digest, isDigest, verifyBytes } from './digest.ts';
import {
  type Content,
  contentOf,
  type Descriptor,
  distinct,
  formatManifest,
  manifestSizeLimitBytes,
  parseDescriptor,
} from './manifest.ts';
import { mediaTypes } from './media-types.ts';
import { indexTar, type TarEntry } from './tar-index.ts';
import { type FilePart, passVerified, readPart, readVerified } from './verified-file.ts';

/** The images of an archive. */
export interface DockerArchive extends ContentSource {
  /** Each image once, in the order of the archive. */
  roots(): Promise<readonly Descriptor[]>;
  has(digest: Digest): boolean;
}

interface Archive {
  readonly path: string;
  readonly entries: ReadonlyMap<string, TarEntry>;
}

/** What an archive holds: pieces of the file, and manifests that are made from what it tells. */
interface Contents {
  readonly roots: readonly Descriptor[];
  readonly blobs: ReadonlyMap<Digest, TarEntry>;
  readonly manifests: ReadonlyMap<Digest, Content>;
}

/**
 * Opens what "docker save", "podman save" and "skopeo copy … docker-archive:" write, and tar files of an OCI layout. Nothing
 * is unpacked: content is read from its place, and verified. Layers stay as they are, mostly not compressed.
 * @throws PilotError FILE_UNREADABLE when it is no such file; CONTENT_HOSTILE when it breaks a limit.
 */
export async function openDockerArchive(path: string): Promise<DockerArchive> {
  const archive: Archive = { path, entries: await indexTar(path) };
  const { roots, blobs, manifests } = archive.entries.has('index.json')
    ? await contentsOfLayout(archive)
    : await contentsOfSave(archive);
  const partOf = (descriptor: Descriptor): FilePart => {
    const entry = blobs.get(descriptor.digest);
    if (entry === undefined) throw missing(path, descriptor.digest);
    return { path, ...entry };
  };
  return {
    roots: async () => roots,
    has: (digest) => blobs.has(digest) || manifests.has(digest),
    open: async (descriptor) => readVerified(partOf(descriptor), descriptor),
    pass: async (descriptor) => passVerified(partOf(descriptor), descriptor),
    read: async (descriptor) => {
      const made = manifests.get(descriptor.digest);
      if (made !== undefined) return verifyBytes(made.bytes, descriptor);
      return buffer(readVerified(partOf(descriptor), descriptor));
    },
  };
}

/** The newer form: an image layout as a tar file (OCI image spec 1.1.1, image-layout.md). Docker 25 and later write both. */
async function contentsOfLayout(archive: Archive): Promise<Contents> {
  const index = asObject(await readJson(archive, 'index.json'));
  const roots = asArray(index?.manifests).map(parseDescriptor);
  const blobs = new Map<Digest, TarEntry>();
  for (const [name, entry] of archive.entries) {
    const [folder, algorithm, hex] = name.split('/');
    const digest = `${algorithm}:${hex}`;
    if (folder === 'blobs' && isDigest(digest)) blobs.set(digest, entry);
  }
  return { roots: distinct(roots), blobs, manifests: new Map() };
}

/** The older form: `manifest.json` names a config and layers by their files (Docker image spec 1.2). */
async function contentsOfSave(archive: Archive): Promise<Contents> {
  const images = asArray(await readJson(archive, 'manifest.json'));
  const blobs = new Map<Digest, TarEntry>();
  const manifests = new Map<Digest, Content>();
  const roots: Descriptor[] = [];
  for (const image of images.map(asObject)) {
    const configName = asString(image?.Config) ?? '';
    const bytes = await readSmall(archive, configName);
    const config = contentOf(mediaTypes.ociConfig, bytes);
    blobs.set(config.descriptor.digest, entryOf(archive, configName));
    const layers: Descriptor[] = [];
    const diffIds = diffIdsOf(bytes, archive);
    for (const [position, name] of asArray(image?.Layers).entries()) {
      const layer = await describeLayer(archive, asString(name) ?? '', asString(diffIds[position]) ?? '');
      layers.push(layer.descriptor);
      blobs.set(layer.descriptor.digest, layer.entry);
    }
    const root = formatManifest({ mediaType: mediaTypes.ociManifest, config: config.descriptor, layers });
    manifests.set(root.descriptor.digest, root);
    roots.push(root.descriptor);
  }
  return { roots: distinct(roots), blobs, manifests };
}

function diffIdsOf(config: Uint8Array, { path }: Archive): readonly unknown[] {
  return asArray(asObject(asObject(parseJson(config, path))?.rootfs)?.diff_ids);
}

/** A layer that is not compressed has the digest that the config names; any other is read once to know it. */
async function describeLayer(
  archive: Archive,
  name: string,
  diffId: string,
): Promise<{ readonly descriptor: Descriptor; readonly entry: TarEntry }> {
  const entry = entryOf(archive, name);
  const head = await buffer(
    readPart({ path: archive.path, ...entry, sizeBytes: Math.min(entry.sizeBytes, magicBytes) }),
  );
  const mediaType = compressedLayers[compressionOf(head)] ?? mediaTypes.ociLayer;
  const digest = mediaType === mediaTypes.ociLayer && isDigest(diffId) ? diffId : await digestOfEntry(archive, entry);
  return { descriptor: { mediaType, digest, size: entry.sizeBytes }, entry };
}

/** The compressions that layers may have (OCI image spec 1.1.1, media-types.md). */
const compressedLayers: Partial<Record<Compression, string>> = {
  gzip: mediaTypes.ociLayerGzip,
  zstd: mediaTypes.ociLayerZstd,
};

async function digestOfEntry({ path }: Archive, entry: TarEntry): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of readPart({ path, ...entry })) hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}

function entryOf({ path, entries }: Archive, name: string): TarEntry {
  const entry = entries.get(name);
  if (entry === undefined) throw missing(path, name);
  return entry;
}

async function readSmall(archive: Archive, name: string): Promise<Buffer> {
  const entry = entryOf(archive, name);
  if (entry.sizeBytes > manifestSizeLimitBytes) {
    throw new PilotError('CONTENT_HOSTILE', `${name} in ${archive.path} has ${entry.sizeBytes} bytes`, {
      hint: 'No image has a config or manifest of this size. Look at what wrote the archive.',
    });
  }
  return buffer(readPart({ path: archive.path, ...entry }));
}

async function readJson(archive: Archive, name: string): Promise<unknown> {
  return parseJson(await readSmall(archive, name), archive.path);
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new PilotError('FILE_UNREADABLE', `the archive ${path} has a part that is not JSON`, {
      cause,
      hint: 'Write it again; "docker save" and "skopeo copy" write good ones.',
    });
  }
}

function missing(path: string, name: string): PilotError {
  return new PilotError('FILE_UNREADABLE', `the archive ${path} lacks ${name}`, {
    hint: 'Give a tar file as "docker save" writes it; it may be cut off, or be something else.',
  });
}
