import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';

/**
 * Reads a key: `env://NAME` is a variable, anything else the path of a file.
 * @throws PilotError KEY_INVALID when there is nothing.
 */
export async function readKey(value: string, runtime: Runtime): Promise<string> {
  if (value.startsWith('env://')) {
    const name = value.slice('env://'.length);
    const key = runtime.environment[name];
    if (key !== undefined && key !== '') return key;
    throw new PilotError('KEY_INVALID', `the variable ${name} holds no key`, {
      hint: `Set ${name} to the text of the key, as a masked secret of the CI.`,
    });
  }
  return readFile(resolve(runtime.workspace, value), 'utf8').catch((cause: unknown) => {
    throw new PilotError('KEY_INVALID', `the key ${value} cannot be read`, {
      cause,
      hint: 'Give the path of a PEM file, or env://NAME for a variable that holds the key.',
    });
  });
}
