import { posix } from 'node:path';
import { Duplex, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { PilotError } from '@harbor-pilot/core';
import { extract, type Header } from 'tar-stream';
import { createGoBinaryDetector, isExecutable } from './go-binary.ts';
import type { ImageEntry, ImageTree } from './image-tree.ts';
import { interestIn } from './interest.ts';
import { zstdFrames } from './zstd-frames.ts';

/** What one image may cost its scanner, over all layers. Far above what real images need. */
export interface ScanLimits {
  readonly entries: number;
  /** Unpacked, in bytes. */
  readonly unpackedBytes: number;
  /** Of one file that is read, in bytes. */
  readonly fileBytes: number;
  /** Of all files that are read, in bytes. */
  readonly keptBytes: number;
}

/** The limits of every scan. */
export const defaultScanLimits: ScanLimits = {
  entries: 2_000_000,
  unpackedBytes: 64 * 1024 ** 3,
  fileBytes: 64 * 1024 ** 2,
  keptBytes: 256 * 1024 ** 2,
};

/** PATH_MAX of Linux. */
const longestPath = 4096;

/** One entry of an archive; iterating it reads its content. */
interface TarEntry extends AsyncIterable<unknown> {
  readonly header: Header;
  resume(): unknown;
}

/** Reads the layers of one image, lowest first, into a tree. */
export interface LayerReader {
  /**
   * Applies the next layer.
   * @param content its bytes as stored (packed), verified while they are read.
   * @throws PilotError CONTENT_HOSTILE over a limit or for what is no tar archive, SCAN_FAILED for a type that is not known.
   */
  read(content: Readable, mediaType: string): Promise<void>;
}

/** A reader that puts what matters to the scanner into the tree. */
export function createLayerReader(tree: ImageTree, limits: ScanLimits): LayerReader {
  const used = { entries: 0, unpackedBytes: 0, keptBytes: 0 };
  const spend = (what: keyof typeof used, amount: number): void => {
    used[what] += amount;
    if (used[what] > limits[what]) {
      throw hostile(`the image has more than ${limits[what]} ${what === 'entries' ? 'entries' : 'bytes to read'}`);
    }
  };
  const keep = async (entry: TarEntry): Promise<ImageEntry> => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > limits.fileBytes) throw hostile(`${entry.header.name} has more than ${limits.fileBytes} bytes`);
      spend('keptBytes', chunk.length);
      chunks.push(chunk);
    }
    return { kind: 'file', bytes: Buffer.concat(chunks) };
  };
  return {
    async read(content, mediaType) {
      const unpacker = unpackerFor(mediaType);
      if (unpacker === undefined) {
        content.destroy();
        throw new PilotError('SCAN_FAILED', `a layer of type ${mediaType} cannot be read`, {
          hint: 'Only images made of tar archives (plain, gzip or zstd) can be scanned.',
        });
      }
      tree.nextLayer();
      const archive = extract();
      const consume = async (): Promise<void> => {
        for await (const entry of archive) {
          spend('entries', 1);
          await apply(tree, entry, keep);
          entry.resume();
        }
      };
      const counter = meter((bytes) => spend('unpackedBytes', bytes));
      await both(consume(), pipeline([content, ...unpacker, counter, archive]));
    },
  };
}

/** A failure of one side ends the other with a consequential error: the side that knows the reason is heard. */
async function both(...sides: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(sides);
  const reasons: unknown[] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (reasons.length === 0) return;
  const known = reasons.find(
    (reason) => reason instanceof PilotError || (reason instanceof Error && reason.name === 'AbortError'),
  );
  throw known ?? hostile('a layer is not a readable tar archive', reasons[0]);
}

function meter(count: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        count(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function unpackerFor(mediaType: string): Duplex[] | undefined {
  if (/[.+]gzip$/.test(mediaType)) return [createGunzip()];
  if (/[.+]zstd$/.test(mediaType)) return [Duplex.from(zstdFrames), createZstdDecompress()];
  return mediaType.endsWith('.tar') ? [] : undefined;
}

async function apply(tree: ImageTree, entry: TarEntry, keep: (entry: TarEntry) => Promise<ImageEntry>): Promise<void> {
  const { header } = entry;
  const path = inside(header.name);
  if (path.length > longestPath) throw hostile(`the image has a path of ${path.length} characters`);
  const name = posix.basename(path);
  const folder = inside(posix.dirname(path));
  if (name === '.wh..wh..opq') return tree.clear(folder);
  // Other names that begin like this are notes of the AUFS driver, not whiteouts.
  if (name.startsWith('.wh..wh.')) return;
  if (name.startsWith('.wh.')) return tree.remove(inside(posix.join(folder, name.slice('.wh.'.length))));
  if (header.type === 'directory') return tree.put(path, 'directory');
  tree.put(path, 'other', await entryFor(path, entry, keep));
}

async function entryFor(
  path: string,
  entry: TarEntry,
  keep: (entry: TarEntry) => Promise<ImageEntry>,
): Promise<ImageEntry | undefined> {
  const { header } = entry;
  const interest = interestIn(path);
  if (interest?.kind === 'notice') return interest;
  if (interest?.kind === 'keep') {
    const target = linkTarget(path, header);
    if (target !== undefined) return { kind: 'link', target };
    return keep(entry);
  }
  if (!isExecutable(header)) return undefined;
  const detector = createGoBinaryDetector();
  for await (const chunk of entry as AsyncIterable<Buffer>) detector.add(chunk);
  return detector.found ? { kind: 'notice', what: 'a Go program', database: false } : undefined;
}

function linkTarget(path: string, header: Header): string | undefined {
  if (header.linkname == null) return undefined;
  if (header.type === 'link') return inside(header.linkname);
  if (header.type === 'symlink') return inside(posix.resolve('/', posix.dirname(path), header.linkname));
  return undefined;
}

/** A path as container runtimes see it: nothing leads out of the image. */
function inside(path: string): string {
  return posix.resolve('/', path.replace(/^\/+/, '')).slice(1);
}

function hostile(message: string, cause?: unknown): PilotError {
  return new PilotError('CONTENT_HOSTILE', message, { cause, hint: 'The image was not scanned.' });
}
