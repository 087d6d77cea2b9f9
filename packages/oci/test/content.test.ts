import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  contentOf,
  digestOf,
  emptyContent,
  formatIndex,
  formatManifest,
  type Layout,
  manifestSizeLimitBytes,
  mediaTypes,
  openLayout,
  parseManifest,
  passVerified,
  readLayout,
  readVerified,
  verifyBytes,
  verifyingStream,
} from '../src/index.ts';

const mismatch = expect.objectContaining({ code: 'DIGEST_MISMATCH' });
const hostile = expect.objectContaining({ code: 'CONTENT_HOSTILE' });

describe('digests', () => {
  it('are over exact bytes', () => {
    expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(verifyBytes(Buffer.from('x'), { digest: digestOf('x'), size: 1 })).toEqual(Buffer.from('x'));
    expect(() => verifyBytes(Buffer.from('y'), { digest: digestOf('x') })).toThrow(mismatch);
    expect(() => verifyBytes(Buffer.from('x'), { digest: digestOf('x'), size: 2 })).toThrow(mismatch);
  });

  it('are checked while a stream is read, also its length', async () => {
    const read = (text: string, expected: Parameters<typeof verifyingStream>[0]): Promise<Buffer> =>
      buffer(Readable.from([Buffer.from(text)]).compose(verifyingStream(expected)));
    await expect(read('hello', { digest: digestOf('hello'), size: 5 })).resolves.toEqual(Buffer.from('hello'));
    await expect(read('hullo', { digest: digestOf('hello'), size: 5 })).rejects.toThrow(mismatch);
    await expect(read('hello!', { digest: digestOf('hello'), size: 5 })).rejects.toThrow(mismatch);
    await expect(read('hell', { digest: digestOf('hello'), size: 5 })).rejects.toThrow(mismatch);
  });
});

describe('files', () => {
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, position) => position % 251));
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'verified-file-'));
    path = join(folder, 'file');
    await writeFile(path, bytes);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const passed = async (...of: Parameters<typeof passVerified>): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of passVerified(...of)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  };

  it.each([
    ['whole', {}, bytes],
    ['in part', { offset: 1000, sizeBytes: 600_000 }, bytes.subarray(1000, 601_000)],
    ['as nothing', { offset: 1000, sizeBytes: 0 }, Buffer.alloc(0)],
  ])('are read and passed on %s, verified', async (_, part, expected) => {
    const descriptor = { digest: digestOf(expected), size: expected.length };
    expect((await passed({ path, ...part }, descriptor)).equals(expected)).toBe(true);
    expect((await buffer(readVerified({ path, ...part }, descriptor))).equals(expected)).toBe(true);
  });

  it('fail when they are not what was expected', async () => {
    const size = bytes.length;
    for (const wrong of [
      { digest: digestOf('other'), size },
      { digest: digestOf(bytes), size: size - 1 },
      { digest: digestOf(bytes), size: size + 1 },
    ]) {
      await expect(passed({ path }, wrong)).rejects.toThrow(mismatch);
      await expect(buffer(readVerified({ path }, wrong))).rejects.toThrow(mismatch);
    }
  });

  it.each(['', 'missing'])('are named when they cannot be read: "%s"', async (name) => {
    const wrong = join(folder, name);
    await expect(passed({ path: wrong }, { digest: digestOf(bytes) })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining(folder),
    });
  });

  it('are passed on in two buffers, however large they are', async () => {
    const memory = new Set<ArrayBufferLike>();
    for await (const chunk of passVerified({ path }, { digest: digestOf(bytes) })) memory.add(chunk.buffer);
    expect(memory.size).toBe(2);
  });
});

describe('manifests', () => {
  const layer = contentOf(mediaTypes.ociLayer, 'layer').descriptor;
  const manifest = formatManifest({
    mediaType: mediaTypes.ociManifest,
    config: emptyContent.descriptor,
    layers: [layer],
    annotations: { a: 'b' },
  });

  it('are read as they were written', () => {
    const parsed = parseManifest(manifest.bytes, 'ignored');
    expect(parsed).toEqual({
      kind: 'manifest',
      manifest: {
        mediaType: mediaTypes.ociManifest,
        config: emptyContent.descriptor,
        layers: [layer],
        annotations: { a: 'b' },
      },
    });
  });

  it('tell an index from a manifest, also without a type of their own', () => {
    const index = formatIndex({
      mediaType: mediaTypes.ociIndex,
      manifests: [{ ...manifest.descriptor, platform: { os: 'linux', architecture: 'amd64' } }],
    });
    expect(parseManifest(index.bytes, 'x').kind).toBe('index');
    expect(parseManifest(Buffer.from('{"schemaVersion":2,"manifests":[]}'), mediaTypes.ociIndex).kind).toBe('index');
  });

  it.each(['', '[]', '{"config":{}}', '{"config":{"mediaType":"a","digest":"b","size":-1}}', '\xff'])(
    'refuse %p',
    (text) => {
      expect(() => parseManifest(Buffer.from(text, 'latin1'), mediaTypes.ociManifest)).toThrow();
    },
  );

  it('larger than registries take are refused unread', () => {
    expect(() => parseManifest(Buffer.alloc(manifestSizeLimitBytes + 1, ' '), mediaTypes.ociManifest)).toThrow(hostile);
  });
});

describe('an image layout', () => {
  let folder: string;
  let layout: Layout;
  const content = contentOf('text/plain', 'some content');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'layout-'));
    layout = await openLayout(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('gives back what was written, verified', async () => {
    await layout.write(content);
    await layout.setRoots([content.descriptor]);
    const again = await openLayout(folder);
    expect(await again.roots()).toEqual([content.descriptor]);
    expect(Buffer.from(await again.read(content.descriptor)).toString()).toBe('some content');
    expect((await buffer(await again.open(content.descriptor))).toString()).toBe('some content');
    expect(JSON.parse(await readFile(join(folder, 'oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' });
  });

  it('takes one stream from several at once', async () => {
    const write = () => layout.writeStream(content.descriptor, Readable.from(['some ', 'content']));
    await Promise.all([write(), write(), write()]);
    expect(Buffer.from(await layout.read(content.descriptor)).toString()).toBe('some content');
    expect(await readdir(join(folder, 'blobs', 'sha256'))).toHaveLength(1);
  });

  it('takes a stream, and keeps nothing of one that is not what it should be', async () => {
    await layout.writeStream(content.descriptor, Readable.from(['some ', 'content']));
    expect(await layout.has(content.descriptor.digest)).toBe(true);
    const other = contentOf('text/plain', 'other');
    await expect(layout.writeStream(other.descriptor, Readable.from(['hello']))).rejects.toThrow(mismatch);
    expect(await readdir(join(folder, 'blobs', 'sha256'))).toHaveLength(1);
  });

  it('notices damage on the disk', async () => {
    await layout.write(content);
    await writeFile(layout.blobPath(content.descriptor.digest), 'Some content');
    await expect(layout.read(content.descriptor)).rejects.toThrow(mismatch);
    await expect(buffer(await layout.open(content.descriptor))).rejects.toThrow(mismatch);
  });

  it('can be opened without writing anything, where there is one', async () => {
    const unreadable = expect.objectContaining({ code: 'FILE_UNREADABLE' });
    const nowhere = join(folder, 'nowhere');
    await expect(readLayout(nowhere)).rejects.toThrow(unreadable);
    expect(await readdir(folder)).not.toContain('nowhere');
    await writeFile(join(folder, 'index.json'), '{');
    await expect(readLayout(folder)).rejects.toThrow(unreadable);
    await layout.setRoots([content.descriptor]);
    expect(await (await readLayout(folder)).roots()).toEqual([content.descriptor]);
  });

  it('says what is missing', async () => {
    const unreadable = expect.objectContaining({ code: 'FILE_UNREADABLE' });
    await expect(layout.roots()).rejects.toThrow(unreadable);
    await expect(layout.read(content.descriptor)).rejects.toThrow(unreadable);
    await expect(layout.open(content.descriptor)).rejects.toThrow(unreadable);
  });
});
