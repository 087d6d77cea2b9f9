import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { unwritable } from './unwritable.ts';

/**
 * A name beside a file for what is not all of it yet. Nobody else has it: processes in several containers may share a folder
 * and the number that each has in its own.
 */
export function partOf(path: string): string {
  return `${path}.${randomUUID()}.part`;
}

/** How a file is written. */
export interface WriteOptions {
  /** Who may read it; as the system has it when absent. */
  readonly mode?: number;
  /** Whether it is on the disk when it has its name, so that it outlives a machine that loses its power. */
  readonly flush?: boolean;
}

/** Up to this length a file is written at once: to hand it to another thread, and its name, takes ten times as long. */
const smallFile = 64 * 1024;

/**
 * Writes a file, whole or not at all: under another name first, so that nobody ever reads a half of it.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const temporary = partOf(path);
  try {
    if (content.length <= smallFile && options.flush !== true) {
      writeFileSync(temporary, content, { flag: 'wx', ...options });
      renameSync(temporary, path);
    } else {
      await writeFile(temporary, content, { flag: 'wx', ...options });
      await rename(temporary, path);
    }
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    unwritable(path)(cause);
  }
}
