import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asObject, asString, PilotError } from '@harbor-pilot/core';
import { type Layout, openLayout } from '@harbor-pilot/oci';

/**
 * Begins an image layout in a folder. What an earlier build left there is removed, or it would stay for ever beside the new
 * image; only what a layout consists of, and only where a layout is.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function beginLayout(directory: string): Promise<Layout> {
  if (await isLayout(directory)) {
    // The marker goes last: a removal that was cut off can be taken up again.
    for (const part of ['index.json', 'blobs', 'oci-layout']) {
      await rm(join(directory, part), { recursive: true, force: true }).catch((cause: unknown) => {
        throw new PilotError('FILE_UNWRITABLE', `${join(directory, part)} of an earlier build cannot be removed`, {
          cause,
          hint: 'Remove it, or choose another folder as layout.',
        });
      });
    }
  }
  return openLayout(directory);
}

async function isLayout(directory: string): Promise<boolean> {
  const text = await readFile(join(directory, 'oci-layout'), 'utf8').catch(() => '{}');
  try {
    return asString(asObject(JSON.parse(text))?.imageLayoutVersion) !== undefined;
  } catch {
    return false;
  }
}
