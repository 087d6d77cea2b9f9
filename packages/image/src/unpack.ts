import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compressionOf, magicBytes } from '@harbor-pilot/oci';
import { decompress, readHead } from './decompress.ts';
import { readTarEntries, type TarEntry } from './tar-entries.ts';
import type { FileContent } from './tree.ts';

/** A tar, compressed or not, whose entries can be listed and read singly. */
export interface TarFile {
  entries(): AsyncGenerator<TarEntry>;
  contentOf(entry: TarEntry): FileContent;
}

/** What {@link openTar} needs to know. */
export interface TarOrigin {
  /** What the tar is, for errors. */
  readonly name: string;
  /** Stands for the content: a digest or a path of the context. */
  readonly key: string;
  /** Name for its uncompressed copy in the work folder. */
  readonly fileName: string;
  open(): Promise<Readable>;
}

/**
 * Opens a tar. Entries are listed from a stream; the first read of an entry's content writes the uncompressed tar into the
 * work folder once, so memory does not grow with its size.
 */
export async function openTar(
  origin: TarOrigin,
  workDirectory: string,
  signal: AbortSignal | undefined,
): Promise<TarFile> {
  const compression = compressionOf(await readHead(await origin.open(), magicBytes));
  const openPlain = async (): Promise<Readable> => decompress(await origin.open(), compression);
  const plainPath = join(workDirectory, origin.fileName);
  let spooled: Promise<void> | undefined;
  const spool = async (): Promise<void> =>
    pipeline(await openPlain(), createWriteStream(plainPath), signal === undefined ? {} : { signal });
  return {
    entries: async function* () {
      yield* readTarEntries(await openPlain(), origin.name, signal);
    },
    contentOf: ({ offsetBytes, sizeBytes }) => ({
      key: `${origin.key}@${offsetBytes}`,
      open: async () => {
        if (sizeBytes === 0) return Readable.from([]);
        spooled ??= spool();
        await spooled;
        return createReadStream(plainPath, { start: offsetBytes, end: offsetBytes + sizeBytes - 1 });
      },
    }),
  };
}
