import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PilotError, unreadable } from '@harbor-pilot/core';
import { attestedLimitBytes, parseStrictJson } from '@harbor-pilot/sign';
import { readNamed } from '../named-file.ts';

/**
 * Reads a file that is to be attested: JSON that everybody reads in the same way.
 * @throws PilotError FILE_UNREADABLE, CONTENT_TOO_LARGE, INPUT_INVALID
 */
export async function readDocument(file: string, workspace: string): Promise<unknown> {
  const { size } = await stat(resolve(workspace, file)).catch(unreadable(file));
  if (size > attestedLimitBytes) {
    throw new PilotError('CONTENT_TOO_LARGE', `${file} has ${size} bytes`, {
      hint: `What is attested may have ${attestedLimitBytes}.`,
    });
  }
  try {
    return parseStrictJson(await readNamed(file, workspace), file);
  } catch (error) {
    if (!(error instanceof PilotError) || error.code !== 'CONTENT_HOSTILE') throw error;
    throw new PilotError('INPUT_INVALID', error.message, { cause: error, hint: 'Give a JSON file, in UTF-8.' });
  }
}
