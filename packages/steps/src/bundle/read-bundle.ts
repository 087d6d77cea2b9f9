import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { PilotError } from '@harbor-pilot/core';
import {
  type ContentSource,
  type Descriptor,
  type Digest,
  type FilePart,
  manifestsIn,
  mediaTypes,
  parseManifest,
  passVerified,
  readPart,
  readVerified,
} from '@harbor-pilot/oci';
import { type Attached, parseClassicTag, type WholeImage } from '@harbor-pilot/registry';
import { parseRecord, type ReleaseRecord } from '@harbor-pilot/step-kit';
import { blobName, bundleFiles, tagAnnotation } from './bundle-files.ts';
import { type BundleFile, indexBundle } from './index-bundle.ts';

/** A bundle that was verified. */
export interface Bundle extends WholeImage {
  readonly record: ReleaseRecord;
}

/** No manifest, record or list of checksums is larger. */
const memoryLimitBytes = 64 * 1024 * 1024;

/**
 * Opens a bundle. Every byte is compared with the checksums first; blobs are verified again, by their digests, as they are
 * read.
 * @throws PilotError DIGEST_MISMATCH when it is damaged or not complete; CONTENT_HOSTILE when it holds what no bundle does;
 *   FILE_UNREADABLE when it cannot be read or is no bundle.
 */
export async function openBundle(path: string, signal: AbortSignal): Promise<Bundle> {
  const files = await indexBundle(path);
  await verifyChecksums(path, files, signal);
  const record = parseRecord((await readText(path, files, bundleFiles.record)).toString());
  const parsed = parseManifest(await readText(path, files, bundleFiles.index), mediaTypes.ociIndex);
  const roots = parsed.kind === 'index' ? parsed.index.manifests : [];
  const image = roots.find(({ digest }) => digest === record.digest);
  if (image === undefined) throw incomplete(path, `the image ${record.digest} of its record`);
  const attached = roots.filter((root) => root !== image).map(toAttached);
  const bundle = { image, attached, content: contentOf(path, files), record };
  await requireOwn(bundle, path);
  return bundle;
}

function toAttached(descriptor: Descriptor): Attached {
  const tag = descriptor.annotations?.[tagAnnotation];
  return tag === undefined ? { descriptor } : { descriptor, tag };
}

/** A bundle must not set tags that its reader did not ask for, nor add to what belongs to other images. */
async function requireOwn({ image, attached, content }: WholeImage, path: string): Promise<void> {
  const own = await manifestsIn(content, image, ...attached.map(({ descriptor }) => descriptor));
  const isOwn = (wanted: Digest | undefined): boolean => own.some(({ digest }) => digest === wanted);
  for (const { descriptor, tag } of attached) {
    if (tag !== undefined && !isOwn(parseClassicTag(tag)?.digest)) {
      throw strange(path, `wants to set the tag ${JSON.stringify(tag)}`);
    }
    const parsed = parseManifest(await content.read(descriptor), descriptor.mediaType);
    const { subject } = parsed.kind === 'manifest' ? parsed.manifest : parsed.index;
    if (subject !== undefined && !isOwn(subject.digest)) {
      throw strange(path, `holds ${descriptor.digest}, which belongs to another image, ${subject.digest}`);
    }
  }
}

function strange(path: string, what: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `${path} ${what}`, {
    hint: 'It is not a bundle as "push --to-bundle" writes it. Do not use it.',
  });
}

async function verifyChecksums(
  path: string,
  files: ReadonlyMap<string, BundleFile>,
  signal: AbortSignal,
): Promise<void> {
  const text = (await readText(path, files, bundleFiles.checksums)).toString();
  const expected = new Map([...text.matchAll(/^([a-f0-9]{64}) {2}(.+)$/gm)].map(([, hex, name]) => [name, hex]));
  for (const [name = ''] of expected) if (!files.has(name)) throw incomplete(path, name);
  for (const [name, file] of files) {
    if (name === bundleFiles.checksums) continue;
    signal.throwIfAborted();
    const hash = createHash('sha256');
    for await (const chunk of readPart({ path, ...file })) hash.update(chunk as Buffer);
    const hex = hash.digest('hex');
    const isMisnamed = name.startsWith('blobs/') && name !== blobName(`sha256:${hex}`);
    if (hex !== expected.get(name) || isMisnamed) throw damaged(path, name);
  }
}

async function readText(path: string, files: ReadonlyMap<string, BundleFile>, name: string): Promise<Buffer> {
  const file = files.get(name);
  if (file === undefined) throw incomplete(path, name);
  return readSmall(path, name, file.sizeBytes, readPart({ path, ...file }));
}

function readSmall(path: string, name: string, sizeBytes: number, content: Readable): Promise<Buffer> {
  if (sizeBytes <= memoryLimitBytes) return buffer(content);
  content.destroy();
  throw strange(path, `holds ${name} of ${sizeBytes} bytes, too many for memory`);
}

function contentOf(path: string, files: ReadonlyMap<string, BundleFile>): ContentSource {
  const partOf = (descriptor: Descriptor): FilePart => {
    const file = files.get(blobName(descriptor.digest));
    if (file === undefined) throw incomplete(path, descriptor.digest);
    return { path, ...file };
  };
  return {
    open: async (descriptor) => readVerified(partOf(descriptor), descriptor),
    pass: async (descriptor) => passVerified(partOf(descriptor), descriptor),
    read: async (descriptor) =>
      readSmall(path, descriptor.digest, descriptor.size, readVerified(partOf(descriptor), descriptor)),
  };
}

function damaged(path: string, name: string): PilotError {
  return new PilotError('DIGEST_MISMATCH', `${name} in ${path} is not what its checksum says`, {
    hint: 'The bundle was damaged or changed on its way. Copy it again.',
  });
}

function incomplete(path: string, what: string): PilotError {
  return new PilotError('DIGEST_MISMATCH', `${path} lacks ${what}`, {
    hint: 'The bundle is not whole. Copy it again, or write it again with "push --to-bundle".',
  });
}
