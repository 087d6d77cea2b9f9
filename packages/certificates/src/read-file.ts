import { readFile } from 'node:fs/promises';
import { PilotError } from '@harbor-pilot/core';

/**
 * The content of a file, or undefined when there is none.
 * @throws PilotError FILE_UNREADABLE when there is something that cannot be read: it must not count as nothing.
 */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw unreadable(path, cause);
  });
}

/**
 * The content of a file.
 * @throws PilotError FILE_UNREADABLE
 */
export async function readRequired(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

/** The error for a file or folder that cannot be read. */
export function unreadable(path: string, cause: unknown): PilotError {
  return new PilotError('FILE_UNREADABLE', `${path} cannot be read`, {
    cause,
    hint: 'Look at the path: it must be there, and this account must be allowed to read it.',
  });
}
