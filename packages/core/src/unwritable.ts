import { resolve } from 'node:path';
import { PilotError } from './errors.ts';
import { asObject, asString } from './json.ts';

// What file systems say when there is no room, no right or no place.
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left there',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the disk fails',
  EROFS: 'the file system is read-only',
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'a file has that name',
  EISDIR: 'it is a folder',
};

/**
 * Names a file or folder that the file system refuses to write, and why. What is no error of a file system passes, and so
 * does one about another path: what is written is often read elsewhere at the same time.
 * @returns for a `catch`: throws PilotError FILE_UNWRITABLE, or what it was given.
 */
export function unwritable(path: string, neededBytes?: number): (cause: unknown) => never {
  return (cause) => {
    const why = reasonOf(cause, path);
    if (why === undefined) throw cause;
    const needed = neededBytes === undefined ? '' : ` (${neededBytes} bytes are needed)`;
    throw new PilotError('FILE_UNWRITABLE', `${path} cannot be written: ${why}${needed}`, {
      cause,
      hint: 'Make it possible to write there, or choose another path (TMPDIR for temporary files).',
    });
  };
}

function reasonOf(cause: unknown, path: string): string | undefined {
  const error = asObject(cause);
  const [code, refused] = [asString(error?.code), asString(error?.path)];
  if (code === undefined) return undefined;
  // Sockets fail with codes of the system, too, but never with a path.
  if (refused === undefined) return reasons[code];
  return isNear(resolve(refused), resolve(path)) ? (reasons[code] ?? code) : undefined;
}

/** Whether one of two paths begins with the other: a folder, what is in it, and a file with its temporary name. */
function isNear(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
