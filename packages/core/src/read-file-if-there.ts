import { asObject } from './json.ts';
import { readPromptly } from './read-promptly.ts';
import { unreadable } from './unreadable.ts';

/**
 * The content of a file, or undefined when there is none.
 * @throws PilotError FILE_UNREADABLE when there is something that cannot be read: it must not count as nothing.
 */
export async function readFileIfThere(path: string): Promise<Buffer | undefined> {
  return readPromptly(path).catch((cause: unknown) => {
    if (asObject(cause)?.code === 'ENOENT') return undefined;
    return unreadable(path)(cause);
  });
}
