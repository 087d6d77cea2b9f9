import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asObject } from './json.ts';
import { unwritable } from './unwritable.ts';

/**
 * Makes a folder, and those above it that are missing. Node's own way never ends below a folder that takes no others and
 * says of them that they are not there, such as `/proc` (Node.js 24.21).
 * @param mode of all that are made.
 * @returns whether it was missing.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function makeFolder(path: string, mode?: number): Promise<boolean> {
  let failure = await makeOne(path, mode);
  if (asObject(failure)?.code === 'ENOENT' && dirname(path) !== path) {
    await makeFolder(dirname(path), mode);
    failure = await makeOne(path, mode);
  }
  if (failure === undefined) return true;
  const isThere = asObject(failure)?.code === 'EEXIST' && (await stat(path).catch(unwritable(path))).isDirectory();
  return isThere ? false : unwritable(path)(failure);
}

/** The error, if there is one. */
function makeOne(path: string, mode?: number): Promise<unknown> {
  return mkdir(path, mode).then(
    () => undefined,
    (error: unknown) => error,
  );
}
