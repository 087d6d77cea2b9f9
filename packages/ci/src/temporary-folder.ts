import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '@harbor-pilot/core';

/**
 * Makes a private folder (0700) that names its process, and removes those of processes that were killed before they could do so
 * themselves.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function makeTemporaryFolder(base: string): Promise<string> {
  const prefix = `harbor-pilot-tmp-${await processSpace()}-`;
  await removeLeftovers(base, prefix);
  return mkdtemp(join(base, `${prefix}${process.pid}-`)).catch(unwritable(base));
}

/** In what processes are counted: containers that share a folder count each for itself (namespaces(7), Linux). */
async function processSpace(): Promise<number> {
  return stat('/proc/self/ns/pid').then(
    ({ ino }) => ino,
    () => 0,
  );
}

async function removeLeftovers(base: string, prefix: string): Promise<void> {
  const names = await readdir(base).catch(() => []);
  const left = names.filter(
    (name) => name.startsWith(prefix) && !isRunning(Number.parseInt(name.slice(prefix.length), 10)),
  );
  // What belongs to another user cannot be removed, and is not ours to remove.
  await Promise.allSettled(left.map((name) => rm(join(base, name), { recursive: true, force: true })));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
