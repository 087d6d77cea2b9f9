import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secondsSince } from '@harbor-pilot/core';
import { coverImage, type ScannerProgram, scanWithProgram } from '@harbor-pilot/gate';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import { imageName } from '../record-file.ts';
import type { ImageTree } from '../subject.ts';
import { imageToCover } from './image-to-cover.ts';
import type { Scanned } from './scanned.ts';

/**
 * Has a scanner that is installed here look at the image in the registry. Its data must be there, or to be had.
 * @throws PilotError what {@link scanWithProgram} throws, and SCAN_FAILED when a platform is not covered.
 */
export async function scannedWithProgram(
  program: ScannerProgram,
  timeoutSeconds: number,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<Scanned> {
  const { clock, signal, environment } = runtime;
  const begin = clock.now();
  const cover = await imageToCover(tree, connection);
  const folder = join(await runtime.temporaryFolder(), program);
  await mkdir(folder, { mode: 0o700 });
  const files = await scanWithProgram({
    program,
    image: imageName(connection),
    cover,
    environment,
    folder,
    ...(await signedIn(connection, folder)),
    plainHttp: connection.isPlainHttp,
    timeoutSeconds,
    clock,
    signal,
    onLine: (line) => runtime.info(`  ${program}: ${line}`),
  });
  return { ...coverImage(files, cover), durationSeconds: secondsSince(begin, clock) };
}

/** The program gets the account of this registry, in a file that only this user can read, and no other account. */
async function signedIn(
  { credentials, reference }: Connection,
  folder: string,
): Promise<{ readonly dockerConfig?: string }> {
  if (credentials === undefined) return {};
  const dockerConfig = join(folder, 'docker');
  const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  await mkdir(dockerConfig, { mode: 0o700 });
  await writeFile(join(dockerConfig, 'config.json'), JSON.stringify({ auths: { [reference.registry]: { auth } } }), {
    mode: 0o600,
  });
  return { dockerConfig };
}
