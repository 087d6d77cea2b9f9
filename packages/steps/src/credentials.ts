import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { asObject, asString, PilotError } from '@harbor-pilot/core';
import type { Credentials } from '@harbor-pilot/registry';
import type { Runtime } from '@harbor-pilot/step-kit';

interface CredentialInputs {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** The credentials that the Docker configuration has for a host. */
export type StoredCredentials = (host: string) => Credentials | undefined;

/**
 * Chooses the credentials for a host: the inputs, else those of the Docker configuration.
 * @returns undefined when there are none: the registry is then spoken to as nobody.
 * @throws PilotError INPUT_INVALID when one of the two inputs is missing.
 */
export function chooseCredentials(
  { username, password }: CredentialInputs,
  stored: StoredCredentials,
  host: string,
): Credentials | undefined {
  if (username === undefined && password === undefined) return stored(host);
  if (username !== undefined && password !== undefined) return { username, password };
  throw incomplete(username === undefined ? 'username' : 'password');
}

function incomplete(missing: 'username' | 'password'): PilotError {
  const how = ' (a secret: the variable HARBOR_PILOT_PASSWORD, or standard input)';
  return new PilotError('INPUT_INVALID', `the input "${missing}" is missing`, {
    hint: `Give both, username and password${missing === 'password' ? how : ''}.`,
  });
}

/** Reads the Docker configuration (`DOCKER_CONFIG`, else `~/.docker`). Passwords in it are masked before they are used. */
export async function readStoredCredentials(runtime: Runtime): Promise<StoredCredentials> {
  const folder = runtime.environment.DOCKER_CONFIG ?? join(runtime.environment.HOME ?? homedir(), '.docker');
  const path = join(folder, 'config.json');
  const text = await readFile(path, 'utf8').catch(() => '{}');
  const auths = asObject(asObject(parseJson(text, path))?.auths);
  return (host) => {
    const entry = asObject(auths?.[host] ?? auths?.[`https://${host}`]);
    const decoded = Buffer.from(asString(entry?.auth) ?? '', 'base64').toString();
    const colon = decoded.indexOf(':');
    if (colon < 1) return undefined;
    const password = decoded.slice(colon + 1);
    runtime.mask(password);
    return { username: decoded.slice(0, colon), password };
  };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PilotError('FILE_UNREADABLE', `${path} is not JSON`, {
      cause,
      hint: 'Repair the file, or name another folder in DOCKER_CONFIG.',
    });
  }
}
