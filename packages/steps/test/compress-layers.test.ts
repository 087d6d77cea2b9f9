import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type Content,
  type ContentSource,
  contentOf,
  formatIndex,
  formatManifest,
  mediaTypes,
  parseManifest,
} from '@harbor-pilot/oci';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compressLayers } from '../src/push/compress-layers.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compress-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const config = contentOf(mediaTypes.ociConfig, '{}');
const plain = contentOf(mediaTypes.ociLayer, Buffer.alloc(100_000, 'plain'));
const small = contentOf(mediaTypes.ociLayerGzip, gzipSync('small'));

function sourceOf(contents: readonly Content[]): ContentSource {
  const bytes = new Map(contents.map((content) => [content.descriptor.digest, content.bytes]));
  const read = async ({ digest }: Content['descriptor']): Promise<Uint8Array> => bytes.get(digest) ?? Buffer.of();
  return { read, open: async (descriptor) => Readable.from([await read(descriptor)]) };
}

const imageOf = (layers: readonly Content[]): Content =>
  formatManifest({
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  });

describe('compressLayers', () => {
  it('compresses what is not compressed, once for each layer, always to the same digest', async () => {
    const image = imageOf([plain, small, plain]);
    const content = sourceOf([image, config, plain, small]);
    const first = await compressLayers(image.descriptor, content, folder, signal);
    expect(await readdir(folder)).toHaveLength(1);
    const parsed = parseManifest(await first.content.read(first.root), first.root.mediaType);
    const layers = parsed.kind === 'manifest' ? parsed.manifest.layers : [];
    expect(layers.map(({ mediaType }) => mediaType)).toEqual(Array(3).fill(mediaTypes.ociLayerGzip));
    expect([layers[0], layers[1]]).toEqual([layers[2], small.descriptor]);
    expect(layers[0]?.size).toBeLessThan(1000);
    for (const [index, whole] of [plain.bytes, Buffer.from('small')].entries()) {
      const layer = layers[index] ?? config.descriptor;
      expect(gunzipSync(await buffer(await first.content.open(layer)))).toEqual(whole);
    }
    expect(Buffer.from(await first.content.read(config.descriptor)).toString()).toBe('{}');
    expect((await compressLayers(image.descriptor, content, folder, signal)).root).toEqual(first.root);
  });

  it('holds the memory for a few layers at a time', async () => {
    const layers = Array.from({ length: 20 }, (_, position) => contentOf(mediaTypes.ociLayer, `layer ${position}`));
    const image = imageOf(layers);
    const content = sourceOf([image, config, ...layers]);
    let most = 0;
    let now = 0;
    const open: ContentSource['open'] = async (descriptor) => {
      now += 1;
      most = Math.max(most, now);
      return (await content.open(descriptor)).once('close', () => {
        now -= 1;
      });
    };
    await compressLayers(image.descriptor, { ...content, open }, folder, signal);
    expect(most).toBe(4);
  });

  it('says when there is no room', async () => {
    const image = imageOf([plain]);
    const hex = plain.descriptor.digest.slice('sha256:'.length);
    await symlink('/dev/full', join(folder, `${hex}.tar.gz`));
    const compressed = compressLayers(image.descriptor, sourceOf([image, plain]), folder, signal);
    await expect(compressed).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining('no space is left'),
    });
  });

  it('leaves an index alone, and an image whose layers are compressed', async () => {
    const image = imageOf([small]);
    const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [imageOf([plain]).descriptor] });
    const content = sourceOf([image, index]);
    for (const { descriptor } of [image, index])
      expect(await compressLayers(descriptor, content, folder, signal)).toEqual({ root: descriptor, content });
    expect(await readdir(folder)).toEqual([]);
  });
});
