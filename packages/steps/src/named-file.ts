import { resolve } from 'node:path';
import { PilotError, readPromptly, unreadable } from '@harbor-pilot/core';

/**
 * Reads a file that the user has named.
 * @param name path, relative to the workspace; for messages, too.
 * @throws PilotError FILE_UNREADABLE
 */
export async function readNamed(name: string, workspace: string): Promise<Buffer> {
  return readPromptly(resolve(workspace, name)).catch(unreadable(name));
}

/**
 * Reads JSON from a file that the user has named.
 * @throws PilotError FILE_UNREADABLE, INPUT_INVALID
 */
export async function readNamedJson(name: string, workspace: string): Promise<unknown> {
  const bytes = await readNamed(name, workspace);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new PilotError('INPUT_INVALID', `${name} is no JSON`, {
      cause,
      hint: 'Look at the path; the file must be whole, and in UTF-8.',
    });
  }
}
