import { createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asArray, asObject, makeFolder, PilotError, partOf, unwritable, writeWhole } from '@harbor-pilot/core';
import type { ContentSource } from './content.ts';
import { type Digest, hexOf, verifyBytes, verifyingStream } from './digest.ts';
import { type Content, type Descriptor, formatIndex, parseDescriptor } from './manifest.ts';
import { mediaTypes } from './media-types.ts';
import { type FilePart, passVerified, readVerified } from './verified-file.ts';

/** An OCI image layout in a folder (OCI image spec 1.1.1, image-layout.md). */
export interface Layout extends ContentSource {
  readonly directory: string;
  /** Where the blob of a digest is or will be. */
  blobPath(digest: Digest): string;
  has(digest: Digest): Promise<boolean>;
  /** Writes small content; what is there already is kept. */
  write(content: Content): Promise<void>;
  /** Writes a stream under a digest that is known beforehand, verified. */
  writeStream(descriptor: Descriptor, content: Readable): Promise<void>;
  /** The descriptors in `index.json`; an image has one for each of its names. */
  roots(): Promise<readonly Descriptor[]>;
  /** Makes `index.json` name just these, written last and in one rename. */
  setRoots(roots: readonly Descriptor[]): Promise<void>;
}

/**
 * Opens an image layout, or begins one in an empty or missing folder.
 * @throws PilotError FILE_UNWRITABLE, here and as content is written, when the file system refuses.
 */
export async function openLayout(directory: string): Promise<Layout> {
  await makeFolder(join(directory, 'blobs', 'sha256'));
  const version = JSON.stringify({ imageLayoutVersion: '1.0.0' });
  await writeFile(join(directory, 'oci-layout'), version).catch(unwritable(directory));
  return layoutIn(directory);
}

/**
 * Opens an image layout that is there already; nothing is written.
 * @throws PilotError FILE_UNREADABLE when the folder holds none, or a damaged one.
 */
export async function readLayout(directory: string): Promise<Layout> {
  await readRoots(directory);
  return layoutIn(directory);
}

function layoutIn(directory: string): Layout {
  const blobPath = (digest: Digest): string =>
    join(directory, 'blobs', digest.slice(0, digest.indexOf(':')), hexOf(digest));
  const fileOf = async (descriptor: Descriptor): Promise<FilePart> => {
    const path = blobPath(descriptor.digest);
    await stat(path).catch(missing(descriptor));
    return { path };
  };
  const layout: Layout = {
    directory,
    blobPath,
    has: (digest) =>
      stat(blobPath(digest)).then(
        () => true,
        () => false,
      ),
    read: async (descriptor) =>
      verifyBytes(await readFile(blobPath(descriptor.digest)).catch(missing(descriptor)), descriptor),
    open: async (descriptor) => readVerified(await fileOf(descriptor), descriptor),
    pass: async (descriptor) => passVerified(await fileOf(descriptor), descriptor),
    write: async ({ descriptor, bytes }) => {
      if (!(await layout.has(descriptor.digest))) await writeWhole(blobPath(descriptor.digest), bytes, { flush: true });
    },
    writeStream: async (descriptor, content) => {
      const path = blobPath(descriptor.digest);
      const temporary = partOf(path);
      try {
        await pipeline(content, verifyingStream(descriptor), createWriteStream(temporary, { flush: true }));
        await rename(temporary, path);
      } catch (error) {
        unwritable(directory, descriptor.size)(error);
      } finally {
        await rm(temporary, { force: true });
      }
    },
    roots: () => readRoots(directory),
    setRoots: (roots) =>
      writeWhole(
        join(directory, 'index.json'),
        formatIndex({ mediaType: mediaTypes.ociIndex, manifests: roots }).bytes,
        { flush: true },
      ),
  };
  return layout;
}

async function readRoots(directory: string): Promise<readonly Descriptor[]> {
  const text = await readFile(join(directory, 'index.json'), 'utf8').catch((cause: unknown) => {
    throw new PilotError('FILE_UNREADABLE', `${directory} is not an OCI image layout: it has no index.json`, {
      cause,
      hint: 'Run the build step first, or give the folder that it wrote.',
    });
  });
  try {
    return asArray(asObject(JSON.parse(text))?.manifests).map(parseDescriptor);
  } catch (cause) {
    throw new PilotError('FILE_UNREADABLE', `the index.json of the image layout ${directory} is damaged`, {
      cause,
      hint: 'Build the image again.',
    });
  }
}

function missing(descriptor: Descriptor): (cause: unknown) => never {
  return (cause) => {
    throw new PilotError('FILE_UNREADABLE', `the image layout lacks ${descriptor.digest}`, {
      cause,
      hint: 'The layout is not complete. Build the image again.',
    });
  };
}
