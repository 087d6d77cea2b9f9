import { readFileIfThere } from '@harbor-pilot/core';

/**
 * The text of a file, or undefined when there is none.
 * @throws PilotError FILE_UNREADABLE when there is something that cannot be read: it must not count as nothing.
 */
export async function readIfThere(path: string): Promise<string | undefined> {
  return (await readFileIfThere(path))?.toString();
}
