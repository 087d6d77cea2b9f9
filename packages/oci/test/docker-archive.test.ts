import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import {
  type Content,
  type ContentSource,
  contentOf,
  formatIndex,
  formatManifest,
  mediaTypes,
  openDockerArchive,
  parseManifest,
  writeDockerArchive,
} from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatTarHeader, tarPaddingBytes } from '../src/tar-header.ts';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-archive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const fresh = () => join(folder, `${++count}.tar`);

function memory(...contents: readonly Content[]): ContentSource {
  const bytesOf = (digest: string): Uint8Array => {
    const found = contents.find(({ descriptor }) => descriptor.digest === digest);
    if (found === undefined) throw new Error(`no ${digest}`);
    return found.bytes;
  };
  return {
    read: async ({ digest }) => bytesOf(digest),
    open: async ({ digest }) => Readable.from([bytesOf(digest)]),
  };
}

/** An image of one layer that is not compressed and one that is. */
function image() {
  const plain = contentOf(mediaTypes.ociLayer, randomBytes(70_000));
  const tar = randomBytes(5000);
  const packed = contentOf(mediaTypes.ociLayerGzip, gzipSync(tar));
  const diffIds = [plain.descriptor.digest, contentOf('', tar).descriptor.digest];
  const config = contentOf(
    mediaTypes.ociConfig,
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: diffIds } }),
  );
  const layers = [plain.descriptor, packed.descriptor];
  const root = formatManifest({ mediaType: mediaTypes.ociManifest, config: config.descriptor, layers });
  return { root, config, plain, packed, source: memory(root, config, plain, packed) };
}

type Item = readonly [name: string, content: string | Uint8Array, type?: string, link?: string];

function tarOf(items: readonly Item[]): Buffer {
  const parts = items.flatMap(([name, text, type = '0', link = '']) => {
    const content = Buffer.from(text as string);
    const header = formatTarHeader(name, content.length);
    header.write(type, 156);
    header.write(link, 157);
    header.fill(' ', 148, 156);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return [header, content, Buffer.alloc(tarPaddingBytes(content.length))];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

async function archiveOf(items: readonly Item[]): Promise<string> {
  const path = fresh();
  await writeFile(path, tarOf(items));
  return path;
}

describe('a docker-archive', () => {
  it('that was written is read again, byte for byte', async () => {
    const { root, config, plain, packed, source } = image();
    const path = fresh();
    await writeDockerArchive(path, root.descriptor, source, ['acme/app:v1']);
    const archive = await openDockerArchive(path);
    expect(await archive.roots()).toEqual([root.descriptor]);
    expect(await archive.read(root.descriptor)).toEqual(root.bytes);
    expect(Buffer.from(await archive.read(config.descriptor)).equals(Buffer.from(config.bytes))).toBe(true);
    for (const { descriptor, bytes } of [plain, packed]) {
      expect((await buffer(await archive.open(descriptor))).equals(Buffer.from(bytes))).toBe(true);
    }
    await writeDockerArchive(`${path}.again`, root.descriptor, source, ['acme/app:v1']);
    expect((await readFile(path)).equals(await readFile(`${path}.again`))).toBe(true);
  });

  it('of old Docker has layers in folders, links between them, and long names', async () => {
    const { config, plain } = image();
    const twice = JSON.parse(Buffer.from(config.bytes).toString());
    twice.rootfs.diff_ids = [plain.descriptor.digest, plain.descriptor.digest];
    const long = `${'a'.repeat(120)}/layer.tar`;
    const path = await archiveOf([
      ['config.json', JSON.stringify(twice)],
      ['one/layer.tar', plain.bytes],
      ['./././@LongLink', long, 'L'],
      ['short', '', '2', '../one/layer.tar'],
      ['manifest.json', JSON.stringify([{ Config: 'config.json', RepoTags: null, Layers: ['one/layer.tar', long] }])],
    ]);
    const archive = await openDockerArchive(path);
    const [root] = await archive.roots();
    if (root === undefined) throw new Error('no root');
    const parsed = parseManifest(await archive.read(root), root.mediaType);
    expect(parsed).toMatchObject({ manifest: { layers: [plain.descriptor, plain.descriptor] } });
    expect((await buffer(await archive.open(plain.descriptor))).equals(Buffer.from(plain.bytes))).toBe(true);
  });

  it('says in headers of their own what does not fit into a header', async () => {
    const { plain } = image();
    const long = `${'a'.repeat(120)}/layer.tar`;
    const size = `${plain.bytes.length}`;
    const link = Buffer.from(tarOf([['pax', `30 linkpath=${long}\n`, 'x']]));
    const items = tarOf([
      ['config.json', JSON.stringify({ rootfs: { diff_ids: Array(3).fill(plain.descriptor.digest) } })],
      ['pax', `${14 + size.length} size=${size}\n140 path=${long}\n`, 'x'],
      ['short', plain.bytes],
      ['manifest.json', JSON.stringify([{ Config: 'config.json', Layers: [long, 'gnu', 'pax'] }])],
      ['./././@LongLink', `${long}\0`, 'K'],
      ['gnu', '', '2', 'cut'],
    ]);
    // Go writes a size of nothing where the real one does not fit.
    const at = items.indexOf('short');
    const header = items.subarray(at, at + 512);
    header.write('00000000000', 124);
    header.fill(' ', 148, 156);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    const path = fresh();
    await writeFile(
      path,
      Buffer.concat([items.subarray(0, -1024), link.subarray(0, -1024), tarOf([['pax', '', '2']])]),
    );
    const archive = await openDockerArchive(path);
    expect(await buffer(await archive.open(plain.descriptor))).toEqual(plain.bytes);
  });

  it('may be an image layout in a tar file', async () => {
    const { root, config, plain, packed } = image();
    const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [root.descriptor, root.descriptor] });
    const blobs = [root, config, plain, packed].map(({ descriptor, bytes }): Item => {
      return [`blobs/${descriptor.digest.replace(':', '/')}`, bytes];
    });
    const archive = await openDockerArchive(await archiveOf([['index.json', index.bytes], ...blobs]));
    expect(await archive.roots()).toEqual([root.descriptor]);
    expect((await archive.read(root.descriptor)).length).toBe(root.bytes.length);
  });

  it('whose layer is not what its config says is refused when it is read', async () => {
    const { config, plain } = image();
    const path = await archiveOf([
      ['c', config.bytes],
      ['l', Buffer.alloc(plain.bytes.length)],
      ['manifest.json', JSON.stringify([{ Config: 'c', Layers: ['l'] }])],
    ]);
    const archive = await openDockerArchive(path);
    await expect(archive.open(plain.descriptor).then(buffer)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it.each([
    ['is missing', async () => fresh(), 'FILE_UNREADABLE'],
    ['is compressed', async () => writeTo(gzipSync(tarOf([['a', 'b']]))), 'FILE_UNREADABLE'],
    ['is text', async () => writeTo(Buffer.alloc(2000, 'text')), 'FILE_UNREADABLE'],
    ['is empty', async () => writeTo(Buffer.alloc(0)), 'FILE_UNREADABLE'],
    ['has no list of images', async () => archiveOf([['a', 'b']]), 'FILE_UNREADABLE'],
    [
      'lacks a layer',
      async () =>
        archiveOf([
          ['c', '{}'],
          ['manifest.json', '[{"Config":"c","Layers":["l"]}]'],
        ]),
      'FILE_UNREADABLE',
    ],
    ['is not JSON', async () => archiveOf([['manifest.json', '[']]), 'FILE_UNREADABLE'],
    [
      'has a config that is too large',
      async () =>
        archiveOf([
          ['c', Buffer.alloc(5_000_000)],
          ['manifest.json', '[{"Config":"c"}]'],
        ]),
      'CONTENT_HOSTILE',
    ],
    ['is cut off', async () => cutOff(), 'CONTENT_HOSTILE'],
    [
      'has links in a ring',
      async () =>
        archiveOf([
          ['a', '', '2', 'b'],
          ['b', '', '2', 'a'],
          ['manifest.json', '[{"Config":"a"}]'],
        ]),
      'FILE_UNREADABLE',
    ],
  ])('that %s is refused', async (_, make, code) => {
    await expect(make().then(openDockerArchive)).rejects.toMatchObject({ code });
  });

  async function writeTo(bytes: Buffer): Promise<string> {
    const path = fresh();
    await writeFile(path, bytes);
    return path;
  }

  async function cutOff(): Promise<string> {
    const path = await archiveOf([['layer', Buffer.alloc(100_000)]]);
    await truncate(path, 50_000);
    return path;
  }

  it('is not written of an index, and not in part', async () => {
    const { root, config, plain } = image();
    const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [root.descriptor] });
    const path = fresh();
    await expect(writeDockerArchive(path, index.descriptor, memory(index), [])).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await expect(writeDockerArchive(path, root.descriptor, memory(root, config, plain), [])).rejects.toThrow(
      'no sha256:',
    );
    expect((await readdir(folder)).filter((name) => path.endsWith(name.replace(/\.tar\..*/, '.tar')))).toEqual([]);
  });
});
