import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { PilotError } from '@harbor-pilot/core';
import { type Descriptor, type Digest, type Layout, mediaTypes } from '@harbor-pilot/oci';
import { type Header, type Pack, pack } from 'tar-stream';
import { sortedEntries } from './layer-draft.ts';
import type { TreeNode } from './tree.ts';

/** A layer in the layout. */
export interface WrittenLayer {
  readonly descriptor: Descriptor;
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
}

/** Where layers are written. */
export interface LayerPlace {
  readonly layout: Layout;
  /** Folder on the file system of the layout, for the unfinished file. */
  readonly workDirectory: string;
  /** Time of every entry. */
  readonly created: Date;
  readonly signal: AbortSignal | undefined;
}

/** Fixed: another level gives other bytes and so another digest. */
const gzipLevel = 6;

/**
 * Writes the entries as one gzip-compressed tar into the layout: sorted, all of one time, PAX headers only for long or
 * non-ASCII names and large ids. Equal entries give equal bytes.
 * @param key a name for the unfinished file.
 * @throws PilotError FILE_UNREADABLE when a file changes while it is read.
 */
export async function writeLayer(
  entries: ReadonlyMap<string, TreeNode>,
  key: string,
  place: LayerPlace,
): Promise<WrittenLayer> {
  const { layout, workDirectory, created, signal } = place;
  const temporary = join(workDirectory, `${key}.layer`);
  const diff = createHash('sha256');
  const compressed = createHash('sha256');
  const tar = pack();
  const options = signal === undefined ? {} : { signal };
  const output = createWriteStream(temporary, { flush: true });
  const writing = pipeline(tar, hashing(diff), createGzip({ level: gzipLevel }), hashing(compressed), output, options);
  const filling = fill(tar, entries, created).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  const [filled, written] = await Promise.allSettled([filling, writing]);
  if (written.status === 'rejected') throw filled.status === 'rejected' ? filled.reason : written.reason;
  if (filled.status === 'rejected') throw filled.reason;
  const digest: Digest = `sha256:${compressed.digest('hex')}`;
  const descriptor = { mediaType: mediaTypes.ociLayerGzip, digest, size: output.bytesWritten };
  await rename(temporary, layout.blobPath(digest));
  return { descriptor, diffId: `sha256:${diff.digest('hex')}` };
}

function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

async function fill(tar: Pack, entries: ReadonlyMap<string, TreeNode>, created: Date): Promise<void> {
  for (const [path, node] of sortedEntries(entries)) {
    const header = headerOf(path, node, created);
    if (node.kind !== 'file' || node.sizeBytes === 0) {
      // The empty content ends the entry of an empty file; without it the next one would wait for ever.
      tar.entry(header, '');
      continue;
    }
    const content = await node.content.open();
    // A tar that has been destroyed meanwhile takes no more entries.
    if (tar.destroying) {
      content.destroy();
      return;
    }
    await pipeline(content, tar.entry(header)).catch((cause: unknown) => {
      if (cause instanceof PilotError) throw cause;
      throw new PilotError('FILE_UNREADABLE', `/${path} of the image could not be read as it was found`, {
        cause,
        hint: 'Let nothing write into the build context while the image is built.',
      });
    });
  }
  tar.finalize();
}

type EntryHeader = Partial<Header> & Pick<Header, 'name'>;

/** Ids above this do not fit the octal fields of a tar header. */
const largestPlainId = 0o7777777;

function headerOf(path: string, node: TreeNode, mtime: Date): EntryHeader {
  const { uid, gid } = node;
  // tar-stream takes a mode of zero for none at all; the type bit is cut off when the header is written.
  const mode = node.mode | 0o100000;
  const large = Object.entries({ uid, gid }).filter(([, id]) => id > largestPlainId);
  const pax = Object.fromEntries(large.map(([name, id]) => [name, String(id)]));
  const name = node.kind === 'directory' ? `${path}/` : path;
  const common = {
    name,
    mode,
    uid: Math.min(uid, largestPlainId),
    gid: Math.min(gid, largestPlainId),
    mtime,
    ...(large.length === 0 ? {} : { pax }),
  };
  if (node.kind === 'directory') return { ...common, type: 'directory', size: 0 };
  if (node.kind === 'symlink') return { ...common, type: 'symlink', size: 0, linkname: node.target };
  return { ...common, type: 'file', size: node.kind === 'file' ? node.sizeBytes : 0 };
}
