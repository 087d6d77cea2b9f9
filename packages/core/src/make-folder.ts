import { mkdirSync, statSync } from 'node:fs';
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
  try {
    return makeAll(path, mode);
  } catch (cause) {
    return unwritable(path)(cause);
  }
}

/** At once: to hand a folder to another thread takes ten times as long as to make it. */
function makeAll(path: string, mode: number | undefined): boolean {
  let failure = makeOne(path, mode);
  if (asObject(failure)?.code === 'ENOENT' && dirname(path) !== path) {
    makeAll(dirname(path), mode);
    failure = makeOne(path, mode);
  }
  if (failure === undefined) return true;
  if (asObject(failure)?.code === 'EEXIST' && statSync(path).isDirectory()) return false;
  throw failure;
}

/** The error, if there is one. */
function makeOne(path: string, mode: number | undefined): unknown {
  try {
    return void mkdirSync(path, mode);
  } catch (error) {
    return error;
  }
}
