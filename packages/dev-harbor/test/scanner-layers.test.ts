import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { mediaTypes } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { createImageTree, type ImageTree } from '../src/scanner/image-tree.ts';
import { takeInventory } from '../src/scanner/inventory.ts';
import { createLayerReader, defaultScanLimits } from '../src/scanner/layer-reader.ts';
import { type LayerEntries, tar } from './scanner-registry.ts';

const lock = JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/ms': { version: '2.1.3' } } });
const debian = 'ID=debian\nVERSION_ID=12\n';

async function treeOf(...layers: readonly LayerEntries[]): Promise<ImageTree> {
  const tree = createImageTree();
  const reader = createLayerReader(tree, defaultScanLimits);
  for (const layer of layers) await reader.read(Readable.from([await tar(layer)]), mediaTypes.ociLayer);
  return tree;
}

const paths = (tree: ImageTree): string[] => [...tree.list()].map(([path]) => path).sort();

describe('layers', () => {
  it('cover each other', async () => {
    const lower = { 'a/package-lock.json': lock, 'a/b/package-lock.json': lock, 'c/package-lock.json': lock };
    expect(paths(await treeOf(lower, { 'a/.wh.b': '' }))).toEqual(['a/package-lock.json', 'c/package-lock.json']);
    expect(paths(await treeOf(lower, { '.wh.a': '', 'a/package-lock.json': lock }))).toEqual([
      'a/package-lock.json',
      'c/package-lock.json',
    ]);
    expect(paths(await treeOf(lower, { 'a/b/package-lock.json': lock, 'a/.wh..wh..opq': '' }))).toEqual([
      'a/b/package-lock.json',
      'c/package-lock.json',
    ]);
    expect(paths(await treeOf(lower, { a: 'now a file' }))).toEqual(['c/package-lock.json']);
    expect(paths(await treeOf(lower, { a: { type: 'directory' }, '.wh..wh.plnk': '' }))).toHaveLength(3);
    expect(paths(await treeOf(lower, { 'c/package-lock.json': { type: 'directory' } }))).toHaveLength(2);
    expect(paths(await treeOf(lower, { '.wh..wh..opq': '' }))).toEqual([]);
  });

  it('have names that do not lead out of the image', async () => {
    expect(paths(await treeOf({ './a/../package-lock.json': lock, '/etc/os-release': debian }))).toEqual([
      'etc/os-release',
      'package-lock.json',
    ]);
    expect(paths(await treeOf({ '../../../package-lock.json': lock }))).toEqual(['package-lock.json']);
  });

  it('may hold links, which are followed to what is read', async () => {
    const status = 'Package: a\nVersion: 1\n';
    const tree = await treeOf({
      'usr/lib/os-release': debian,
      'etc/os-release': { type: 'symlink', linkname: '../usr/lib/os-release' },
      'var/lib/dpkg/status.d/a': status,
      'var/lib/dpkg/status.d/b': { type: 'link', linkname: 'var/lib/dpkg/status.d/a' },
      'srv/package-lock.json': { type: 'symlink', linkname: '/srv/elsewhere.json' },
    });
    const inventory = takeInventory(tree);
    expect(inventory.lists.map(({ path, ecosystem }) => [path, ecosystem])).toEqual([
      ['/var/lib/dpkg/status.d/a', 'Debian:12'],
      ['/var/lib/dpkg/status.d/b', 'Debian:12'],
    ]);
    expect(inventory.unread).toEqual([
      { what: 'a link that leads to no file', path: '/srv/package-lock.json', count: 1 },
    ]);
  });

  it('may make the database of the system a link to nowhere, which is refused', async () => {
    const tree = await treeOf({ 'var/lib/dpkg/status': { type: 'symlink', linkname: '/data/status' } });
    expect(() => takeInventory(tree)).toThrow(expect.objectContaining({ code: 'SCAN_FAILED' }));
  });
});

describe('what is noticed', () => {
  const program = (mark: string): Buffer =>
    Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(100_000), Buffer.from(mark, 'latin1')]);

  it('includes Go programs by their content', async () => {
    const tree = createImageTree();
    const archive = await tar({ 'bin/server': program('\xff Go buildinf:'), 'bin/other': program('no Go') }, 0o755);
    await createLayerReader(tree, defaultScanLimits).read(chunked(archive, 61), mediaTypes.ociLayer);
    expect([...tree.list()]).toEqual([['bin/server', { kind: 'notice', what: 'a Go program', database: false }]]);
  });

  it('leaves out npm packages that a lock file lists', async () => {
    const installed = { 'app/node_modules/ms/package.json': '{}', 'app/node_modules/@s/a/package.json': '{}' };
    const unread = async (more: LayerEntries): Promise<unknown> =>
      takeInventory(await treeOf({ ...installed, ...more })).unread;
    expect(await unread({})).toEqual([
      { what: 'npm packages without a lock file', path: '/app/node_modules/ms/package.json', count: 2 },
    ]);
    expect(await unread({ 'app/package-lock.json': lock })).toEqual([]);
    expect(await unread({ 'app/node_modules/.package-lock.json': lock })).toEqual([]);
    expect(await unread({ 'other/package-lock.json': lock })).toHaveLength(1);
  });

  it('leaves out lock files that packages carry with them', async () => {
    expect(takeInventory(await treeOf({ 'node_modules/a/package-lock.json': 'anything' })).lists).toEqual([]);
  });

  it('is refused when it is the only database of the system', async () => {
    const rpm = { 'usr/lib/sysimage/rpm/rpmdb.sqlite': 'x' };
    const tree = await treeOf(rpm);
    expect(() => takeInventory(tree)).toThrow(/rpm/);
    const both = await treeOf({ ...rpm, 'etc/os-release': debian, 'var/lib/dpkg/status': 'Package: a\nVersion: 1\n' });
    expect(takeInventory(both).unread).toMatchObject([{ what: 'an rpm database' }]);
  });
});

describe('limits', () => {
  const read = async (limits: object, entries: LayerEntries): Promise<void> =>
    createLayerReader(createImageTree(), { ...defaultScanLimits, ...limits }).read(
      Readable.from([gzipSync(await tar(entries))]),
      mediaTypes.ociLayerGzip,
    );
  const hostile = expect.objectContaining({ code: 'CONTENT_HOSTILE' });

  it('end a bomb', async () => {
    await expect(read({ entries: 2 }, { a: '', b: '', c: '' })).rejects.toEqual(hostile);
    await expect(read({ unpackedBytes: 5_000_000 }, { a: Buffer.alloc(10_000_000) })).rejects.toEqual(hostile);
    await expect(read({ fileBytes: 100 }, { 'package-lock.json': 'x'.repeat(101) })).rejects.toEqual(hostile);
    await expect(
      read({ keptBytes: 100 }, { 'a/package-lock.json': 'x'.repeat(60), 'b/package-lock.json': 'x'.repeat(60) }),
    ).rejects.toEqual(hostile);
    await expect(read({}, { [`${'a/'.repeat(3000)}package-lock.json`]: lock })).rejects.toEqual(hostile);
    await expect(read({}, { a: '', b: '' })).resolves.toBeUndefined();
  });

  it('hold for archives that end too early', async () => {
    const archive = await tar({ 'package-lock.json': 'x'.repeat(2000) });
    const reader = createLayerReader(createImageTree(), defaultScanLimits);
    await expect(reader.read(Readable.from([archive.subarray(0, 900)]), mediaTypes.ociLayer)).rejects.toEqual(hostile);
    const packed = gzipSync(archive);
    await expect(reader.read(Readable.from([packed.subarray(0, 40)]), mediaTypes.ociLayerGzip)).rejects.toEqual(
      hostile,
    );
  });
});

it('packed layers may come in several members and frames', async () => {
  const archive = await tar({ filler: Buffer.alloc(300_000), 'package-lock.json': lock });
  // A boundary between two entries: what comes after it must not get lost.
  const [head, tail] = [archive.subarray(0, 300_544), archive.subarray(300_544)];
  const skippable = Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);
  const cases = [
    [mediaTypes.ociLayerGzip, Buffer.concat([gzipSync(head), gzipSync(tail)])],
    [mediaTypes.ociLayerZstd, Buffer.concat([skippable, zstdCompressSync(head), skippable, zstdCompressSync(tail)])],
  ] as const;
  for (const [type, packed] of cases) {
    for (const size of [packed.length, 7]) {
      const tree = createImageTree();
      await createLayerReader(tree, defaultScanLimits).read(chunked(packed, size), type);
      expect(paths(tree)).toEqual(['package-lock.json']);
    }
  }
});

it('zstd layers with another structure are refused', async () => {
  const packed = zstdCompressSync(await tar({ 'package-lock.json': lock }));
  for (const damaged of [
    packed.subarray(0, -1),
    Buffer.concat([packed, Buffer.from('junk')]),
    Buffer.concat([packed, Buffer.from('x')]),
  ]) {
    const reading = createLayerReader(createImageTree(), defaultScanLimits).read(
      Readable.from([damaged]),
      mediaTypes.ociLayerZstd,
    );
    await expect(reading).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  }
});

function chunked(bytes: Buffer, size: number): Readable {
  const count = Math.ceil(bytes.length / size);
  return Readable.from(Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size)));
}
