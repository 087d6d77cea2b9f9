import { resolve } from 'node:path';
import { secondsSince } from '@harbor-pilot/core';
import { coverImage, readScanFile } from '@harbor-pilot/gate';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import type { ImageTree } from '../subject.ts';
import { imageToCover } from './image-to-cover.ts';
import type { Scanned } from './scanned.ts';

/**
 * Takes what report files tell of an image; they must be about it, and about each of its platforms.
 * @throws PilotError SCAN_FAILED when they are not; INPUT_INVALID, FILE_UNREADABLE, CONTENT_HOSTILE.
 */
export async function scannedInFiles(
  names: readonly string[],
  tree: ImageTree,
  connection: Connection,
  { workspace, clock, signal }: Runtime,
): Promise<Scanned> {
  const begin = clock.now();
  const files = [];
  for (const name of names) files.push({ ...(await readScanFile(resolve(workspace, name), signal)), file: name });
  const covered = coverImage(files, await imageToCover(tree, connection));
  return { ...covered, durationSeconds: secondsSince(begin, clock) };
}
