import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  type Content,
  type ContentSource,
  contentOf,
  type Digest,
  emptyContent,
  formatIndex,
  formatManifest,
  mediaTypes,
} from '@harbor-pilot/oci';
import { classicTag } from '@harbor-pilot/registry';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openBundle } from '../src/bundle/read-bundle.ts';
import { type BundleContents, writeBundle } from '../src/bundle/write-bundle.ts';

const { signal } = new AbortController();

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  path = join(folder, 'app.tar');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An index of two images and a signature of it. */
function signedImage(): BundleContents & { readonly layer: Content; readonly contents: Map<Digest, Uint8Array> } {
  const contents = new Map<Digest, Uint8Array>();
  const keep = <C extends Content>(content: C): C => {
    contents.set(content.descriptor.digest, content.bytes);
    return content;
  };
  keep(emptyContent);
  const layer = keep(contentOf(mediaTypes.ociLayer, Buffer.alloc(100_000, 'layer')));
  const config = keep(contentOf(mediaTypes.ociConfig, '{"os":"linux"}'));
  const images = ['linux/amd64', 'linux/arm64'].map((platform) =>
    keep(
      formatManifest({
        mediaType: mediaTypes.ociManifest,
        config: config.descriptor,
        layers: [layer.descriptor],
        annotations: { platform },
      }),
    ),
  );
  const index = keep(
    formatIndex({ mediaType: mediaTypes.ociIndex, manifests: images.map(({ descriptor }) => descriptor) }),
  );
  const signature = keep(
    formatManifest({
      mediaType: mediaTypes.ociManifest,
      artifactType: 'application/x.signature',
      config: emptyContent.descriptor,
      layers: [emptyContent.descriptor],
      subject: index.descriptor,
    }),
  );
  const read = (digest: Digest): Uint8Array => contents.get(digest) ?? Buffer.from('gone');
  const content: ContentSource = {
    read: async ({ digest }) => read(digest),
    open: async ({ digest }) => Readable.from([read(digest)]),
  };
  return {
    image: index.descriptor,
    attached: [{ descriptor: signature.descriptor }],
    content,
    record: {
      schemaVersion: 1,
      image: 'harbor.example/shop/app',
      digest: index.descriptor.digest,
      run: { ci: 'terminal' },
      startedAt: '2026-11-22T12:00:00.000Z',
    },
    layer,
    contents,
  };
}

describe('a bundle', () => {
  it('comes back as it was, and is the same file for the same contents', async () => {
    const made = signedImage();
    expect(await writeBundle(path, made, signal)).toMatchObject({ blobs: made.contents.size });
    const bundle = await openBundle(path, signal);
    expect(bundle).toMatchObject({ image: made.image, attached: made.attached, record: made.record });
    expect(await buffer(await bundle.content.open(made.layer.descriptor))).toEqual(made.layer.bytes);
    await writeBundle(join(folder, 'again.tar'), { ...made, attached: [...made.attached].reverse() }, signal);
    expect(await readFile(join(folder, 'again.tar'))).toEqual(await readFile(path));
    expect((await readdir(folder)).sort()).toEqual(['again.tar', 'app.tar']);
  });

  it('is an OCI image layout in a tar with checksums that anybody can check', async () => {
    await writeBundle(path, signedImage(), signal);
    await mkdir(join(folder, 'out'));
    execFileSync('tar', ['-x', '-f', path, '-C', join(folder, 'out')]);
    const checker = 'sha256sum';
    const checked = execFileSync(checker, ['--strict', '-c', 'checksums.txt'], {
      cwd: join(folder, 'out'),
      encoding: 'utf8',
    });
    expect(checked.trim().split('\n')).toHaveLength(3 + signedImage().contents.size);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(
      ['blobs', 'checksums.txt', 'harbor-pilot.json', 'index.json', 'oci-layout'].sort(),
    );
  });

  it('does not appear when its source breaks', async () => {
    const made = signedImage();
    made.contents.delete(made.layer.descriptor.digest);
    const open: ContentSource['open'] = () => Promise.reject(new Error('lost'));
    await expect(writeBundle(path, { ...made, content: { ...made.content, open } }, signal)).rejects.toThrow('lost');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a bundle that was tampered with', () => {
  const isRefused = (code: string) => expect(openBundle(path, signal)).rejects.toMatchObject({ code, exitCode: 9 });
  const unpack = async (): Promise<string> => {
    await writeBundle(path, signedImage(), signal);
    const out = join(folder, 'out');
    await mkdir(out);
    execFileSync('tar', ['-x', '-f', path, '-C', out]);
    return out;
  };
  const pack = (out: string, ...words: string[]): void =>
    void execFileSync('tar', ['--format=ustar', '-c', '-f', path, '-C', out, ...words], { stdio: 'pipe' });

  it('is refused wherever a byte was changed', async () => {
    await writeBundle(path, signedImage(), signal);
    const { size } = await stat(path);
    const original = join(folder, 'original.tar');
    await copyFile(path, original);
    const bytes = await readFile(original);
    for (let position = 0; position < size - 1024; position += 997) {
      // Bytes that only fill blocks mean nothing.
      if (bytes[position] === 0) continue;
      await copyFile(original, path);
      const file = await open(path, 'r+');
      await file.write(Buffer.from([(bytes[position] ?? 0) ^ 0x55]), 0, 1, position);
      await file.close();
      await expect(openBundle(path, signal)).rejects.toMatchObject({ exitCode: 9 });
    }
  });

  it.each([1, 600, 2000, 50_000])('is refused when its last %i bytes are missing', async (missing) => {
    await writeBundle(path, signedImage(), signal);
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 1024 - missing));
    await isRefused('DIGEST_MISMATCH');
  });

  it('is refused when a file is missing, or there is one more', async () => {
    const out = await unpack();
    const names = execFileSync('tar', ['-t', '-f', path], { encoding: 'utf8' }).trim().split('\n');
    pack(out, ...names.filter((name) => name !== 'index.json'));
    await isRefused('DIGEST_MISMATCH');
    const extra = `blobs/sha256/${'0'.repeat(64)}`;
    await writeFile(join(out, extra), 'more');
    pack(out, ...names, extra);
    await isRefused('DIGEST_MISMATCH');
  });

  it('is refused when a blob was replaced together with its checksum', async () => {
    const { layer } = signedImage();
    const out = await unpack();
    const names = execFileSync('tar', ['-t', '-f', path], { encoding: 'utf8' }).trim().split('\n');
    const hex = layer.descriptor.digest.slice('sha256:'.length);
    await writeFile(join(out, 'blobs/sha256', hex), 'other');
    const other = contentOf('', 'other').descriptor.digest.slice('sha256:'.length);
    const checksums = await readFile(join(out, 'checksums.txt'), 'utf8');
    await writeFile(join(out, 'checksums.txt'), checksums.replace(`${hex}  blobs`, `${other}  blobs`));
    pack(out, ...names);
    await isRefused('DIGEST_MISMATCH');
  });

  it.each([
    ['a path that leads out', ['--transform=s,^index.json,../../evil,', 'index.json']],
    ['an absolute path', ['-P', '--transform=s,^index.json,/tmp/evil,', 'index.json']],
    ['a file of another name', ['--transform=s,^index.json,evil,', 'index.json']],
    ['a symbolic link', ['link', '--transform=s,^link,index.json,']],
    ['a folder', ['blobs']],
    ['the same file twice', ['oci-layout', '--hard-dereference', 'oci-layout']],
  ])('is refused when it holds %s', async (_, words) => {
    const out = await unpack();
    await symlink('/etc/passwd', join(out, 'link'));
    pack(out, ...words);
    await isRefused('CONTENT_HOSTILE');
  });

  it.each([
    ['adds to another image', false],
    ['sets the tag of the signatures of another image', true],
  ])('is refused when it %s', async (_, isTagged) => {
    const made = signedImage();
    const other = contentOf('', 'another image').descriptor;
    const strange = formatManifest({
      mediaType: mediaTypes.ociManifest,
      config: emptyContent.descriptor,
      layers: [],
      ...(isTagged ? {} : { subject: other }),
    });
    made.contents.set(strange.descriptor.digest, strange.bytes);
    const tag = isTagged ? { tag: classicTag(other.digest, 'sbom') } : {};
    await writeBundle(path, { ...made, attached: [...made.attached, { ...strange, ...tag }] }, signal);
    await isRefused('CONTENT_HOSTILE');
  });

  it('is told from any other file', async () => {
    await writeFile(path, 'no tar at all');
    await isRefused('DIGEST_MISMATCH');
    await expect(openBundle(join(folder, 'missing.tar'), signal)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
