import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const smallFile = 64 * 1024;

/**
 * The content of a file. A small one is here before another thread would have begun with it. For anything else nobody is
 * kept from stopping meanwhile: a pipe may never end.
 * @throws what the file system says.
 */
export async function readPromptly(path: string): Promise<Buffer> {
  const found = statSync(path);
  return found.isFile() && found.size <= smallFile ? readFileSync(path) : readFile(path);
}
