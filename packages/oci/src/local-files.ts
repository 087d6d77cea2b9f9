import { PilotError } from '@harbor-pilot/core';

// What file systems say when there is no room, or no right.
const localTroubles: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left there',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'it is read-only',
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  ENOTDIR: 'it is no folder',
};

/**
 * Names what the file system refuses; any other error passes.
 * @returns for a `catch`: throws PilotError FILE_UNWRITABLE, or what it was given.
 */
export function unwritable(directory: string, neededBytes?: number): (cause: unknown) => never {
  return (cause) => {
    const why = localTroubles[(cause as NodeJS.ErrnoException).code ?? ''];
    if (why === undefined) throw cause;
    const needed = neededBytes === undefined ? '' : ` (${neededBytes} bytes are needed)`;
    throw new PilotError('FILE_UNWRITABLE', `${directory} cannot be written: ${why}${needed}`, {
      cause,
      hint: 'Free space there, or choose another folder (TMPDIR for temporary files).',
    });
  };
}
