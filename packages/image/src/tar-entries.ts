import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asObject, asString, messageOf, PilotError } from '@harbor-pilot/core';
import { extract, type Header } from 'tar-stream';
import { hostile } from './tree.ts';

/** What a tar says about one of its entries. */
export interface TarEntry {
  /** As written, not checked. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'special';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly target: string;
  /** Where the content begins in the uncompressed tar. */
  readonly offsetBytes: number;
}

/** More entries than any image has; a bound for the memory that hostile content can take. */
const entryLimit = 2_000_000;

/**
 * Reads the entries of an uncompressed tar, passing over their content.
 * @param name what the tar is, for errors.
 * @throws PilotError CONTENT_HOSTILE when it is damaged or has too many entries.
 */
export async function* readTarEntries(
  stream: Readable,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<TarEntry> {
  const extractor = extract();
  const reading = pipeline(stream, extractor, signal === undefined ? {} : { signal });
  reading.catch(() => undefined);
  let count = 0;
  try {
    for await (const entry of extractor) {
      count += 1;
      if (count > entryLimit) throw hostile(`${name} has more than ${entryLimit} entries`);
      yield toEntry(entry.header);
      entry.resume();
    }
    await reading;
  } catch (cause) {
    if (cause instanceof PilotError) throw cause;
    throw hostile(`${name} is not a whole tar: ${messageOf(cause)}`);
  }
}

const kinds: Readonly<Record<string, TarEntry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'hardlink',
};

function toEntry(header: Header): TarEntry {
  // tar-stream applies names and sizes of PAX headers itself, and leaves large ids to its readers.
  const pax = asObject(header.pax);
  const id = (key: string, plain: number): number => Number(asString(pax?.[key]) ?? plain) || 0;
  return {
    path: header.name,
    kind: kinds[header.type] ?? 'special',
    mode: header.mode & 0o7777,
    uid: id('uid', header.uid),
    gid: id('gid', header.gid),
    sizeBytes: header.size,
    // null where there is none, whatever its type says
    target: asString(header.linkname) ?? '',
    offsetBytes: Number(asObject(header)?.byteOffset ?? 0),
  };
}
