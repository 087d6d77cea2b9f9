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
  readLayout,
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
