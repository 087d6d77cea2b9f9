import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { PilotError, readPromptly, registerSecret } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';

const limitBytes = 64 * 1024;

/**
 * Reads a key: `env://NAME` is a variable, anything else the path of a file. The variable may have an absolute path, too:
 * that is what GitLab makes of one of the type "file", and Jenkins of a secret file.
 * @throws PilotError KEY_INVALID when there is nothing, or far too much.
 */
export async function readKey(value: string, runtime: Runtime): Promise<string> {
  if (value.includes('-----BEGIN')) {
    // It is about to be hidden, but may have been printed by the CI already.
    registerSecret(value);
    throw new PilotError('KEY_INVALID', 'the text of a key is given where the place of one belongs', {
      hint: 'Put it into a masked variable, and give env:// and the name of that.',
    });
  }
  if (value.startsWith('env://')) {
    const name = value.slice('env://'.length);
    const key = runtime.environment[name] ?? '';
    if (key === '') {
      throw new PilotError('KEY_INVALID', `the variable ${name} holds no key`, {
        hint: `Set ${name} to the text of the key, as a masked secret of the CI.`,
      });
    }
    return isAbsolute(key) ? readKeyFile(key, runtime) : key;
  }
  return readKeyFile(value, runtime);
}

async function readKeyFile(value: string, runtime: Runtime): Promise<string> {
  const content = await readBeginning(resolve(runtime.workspace, value)).catch((cause: unknown) => {
    throw new PilotError('KEY_INVALID', `the key ${value} cannot be read`, {
      cause,
      hint: 'Give the path of a PEM file, or env://NAME for a variable that holds the key.',
    });
  });
  if (content.length <= limitBytes) return content.toString('utf8');
  throw new PilotError('KEY_INVALID', `${value} is larger than ${limitBytes} bytes, which no key is`, {
    hint: 'Look at the path: this is another file.',
  });
}

/** One byte more than a key may have, at most: the path may be of anything. */
async function readBeginning(path: string): Promise<Buffer> {
  const found = statSync(path);
  if (found.isFile() && found.size <= limitBytes) return readPromptly(path);
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(limitBytes + 1);
    let size = 0;
    for (let count = -1; count !== 0 && size < buffer.length; size += count) {
      count = (await file.read(buffer, size, buffer.length - size)).bytesRead;
    }
    return buffer.subarray(0, size);
  } finally {
    await file.close();
  }
}
