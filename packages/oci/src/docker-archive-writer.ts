import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PilotError, partOf, unwritable } from '@harbor-pilot/core';
import type { ContentSource } from './content.ts';
import { type Digest, hexOf } from './digest.ts';
import { type Descriptor, type Manifest, parseManifest } from './manifest.ts';
import { formatTarHeader, tarBlockBytes, tarPaddingBytes } from './tar-header.ts';

/**
 * Writes an image of one platform as a file for "docker load", "podman load" and "skopeo copy docker-archive:…". The
 * layers stay as they are; each is verified as it is read, and only a whole file gets the name.
 * @param names `acme/app:v1`, the names that the image gets when it is loaded.
 * @throws PilotError INPUT_INVALID for an index: the format has no room for several platforms. FILE_UNWRITABLE
 */
export async function writeDockerArchive(
  path: string,
  root: Descriptor,
  from: ContentSource,
  names: readonly string[],
): Promise<void> {
  const parsed = parseManifest(await from.read(root), root.mediaType);
  if (parsed.kind === 'index') {
    throw new PilotError('INPUT_INVALID', `${root.digest} is an index, and a docker-archive holds one platform`, {
      hint: 'Name the manifest of one platform, or write an OCI layout.',
    });
  }
  const { config, layers } = parsed.manifest;
  const size = layers.reduce((sum, layer) => sum + layer.size, config.size);
  const temporary = partOf(path);
  try {
    const content = Readable.from(archiveOf(parsed.manifest, from, names), { objectMode: false });
    await pipeline(content, createWriteStream(temporary, { flush: true }));
    await rename(temporary, path);
  } catch (error) {
    unwritable(dirname(path), size)(error);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function* archiveOf(
  { config, layers }: Manifest,
  from: ContentSource,
  names: readonly string[],
): AsyncGenerator<Buffer> {
  const configName = `${hexOf(config.digest)}.json`;
  const layerName = ({ digest }: Descriptor): string => `${hexOf(digest)}.tar`;
  yield* entry(configName, config.size, [Buffer.from(await from.read(config))]);
  const written = new Set<Digest>();
  for (const layer of layers) {
    if (!written.has(layer.digest)) yield* entry(layerName(layer), layer.size, await from.open(layer));
    written.add(layer.digest);
  }
  const list = Buffer.from(JSON.stringify([{ Config: configName, RepoTags: names, Layers: layers.map(layerName) }]));
  yield* entry('manifest.json', list.length, [list]);
  yield Buffer.alloc(2 * tarBlockBytes);
}

async function* entry(
  name: string,
  sizeBytes: number,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Buffer> {
  yield formatTarHeader(name, sizeBytes);
  yield* content;
  yield Buffer.alloc(tarPaddingBytes(sizeBytes));
}
