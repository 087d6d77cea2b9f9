import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { unreadable } from './unreadable.ts';
import { unwritable } from './unwritable.ts';

/**
 * The content of a file, or undefined when there is none.
 * @throws PilotError FILE_UNREADABLE when there is something that cannot be read: it must not count as nothing.
 */
export async function readFileIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    return unreadable(path)(cause);
  });
}

/** How a file is written. */
export interface WriteOptions {
  /** Who may read it; as the system has it when absent. */
  readonly mode?: number;
  /** Whether it is on the disk when it has its name, so that it outlives a machine that loses its power. */
  readonly flush?: boolean;
}

/**
 * Writes a file, whole or not at all: under another name first, so that nobody ever reads a half of it.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, content, { flag: 'wx', ...options });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    unwritable(path)(cause);
  }
}
