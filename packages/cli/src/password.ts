import { PilotError } from '@harbor-pilot/core';

/** A password is short; more than this is a mistake. */
const limitBytes = 64 * 1024;

/**
 * Reads a password from a stream to its end, without the line break that `echo` adds.
 * @throws PilotError INPUT_INVALID when there is none, or far too much.
 */
export async function readPassword(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limitBytes) throw invalid(`is longer than ${limitBytes} bytes`);
    chunks.push(bytes);
  }
  const password = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (password === '') throw invalid('is empty');
  return password;
}

function invalid(why: string): PilotError {
  return new PilotError('INPUT_INVALID', `the password on standard input ${why}`, {
    hint: 'Pipe the password in: --password-stdin < password-file.',
  });
}
