import { homedir } from 'node:os';
import { join } from 'node:path';
import { asObject, PilotError } from '@harbor-pilot/core';
import type { Credentials } from '@harbor-pilot/registry';
import type { Runtime } from '@harbor-pilot/step-kit';

interface CredentialInputs {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/**
 * The credentials that the files and variables of Docker and podman have for a host, or for one of its repositories.
 * @throws PilotError FILE_UNREADABLE when one of them is not JSON; AUTH_FAILED when the credential helper for this host cannot
 *   be used.
 */
export type StoredCredentials = (host: string, repository?: string) => Credentials | undefined;

/**
 * Chooses the credentials for a host: the inputs, else the stored ones.
 * @returns undefined when there are none: the registry is then spoken to as nobody.
 * @throws PilotError INPUT_INVALID when one of the two inputs is missing.
 */
export function chooseCredentials(
  { username, password }: CredentialInputs,
  stored: StoredCredentials,
  host: string,
  repository?: string,
): Credentials | undefined {
  if (username === undefined && password === undefined) return stored(host, repository);
  if (username !== undefined && password !== undefined) return { username, password };
  throw incomplete(username === undefined ? 'username' : 'password');
}

function incomplete(missing: 'username' | 'password'): PilotError {
  const how = ' (a secret: the variable HARBOR_PILOT_PASSWORD, or standard input)';
  return new PilotError('INPUT_INVALID', `the input "${missing}" is missing`, {
    hint: `Give both, username and password${missing === 'password' ? how : ''}.`,
  });
}

/** What a `config.json` of Docker or an `auth.json` of podman holds. */
export type DockerConfig = Readonly<Record<string, unknown>>;

/** Where Docker keeps its configuration: `DOCKER_CONFIG`, else `~/.docker`. */
export function dockerConfigFolder(environment: Runtime['environment']): string {
  return environment.DOCKER_CONFIG || join(environment.HOME ?? homedir(), '.docker');
}

/** The names under which a host may be found, the one to write first. Docker Hub has a name of its own. */
export function serverNames(host: string): readonly string[] {
  if (host === 'docker.io' || host === 'index.docker.io') return ['https://index.docker.io/v1/', host];
  return [host, `https://${host}`, `https://${host}/`, `https://${host}/v2/`];
}

/** The user name that Docker and its credential helpers give to an identity token. */
export const identityTokenUser = '<token>';

/**
 * Reads the text of a configuration; an empty file is an empty one, as for Docker.
 * @throws PilotError FILE_UNREADABLE without the words of the parser, which quote it.
 */
export function parseDockerConfig(text: string, path: string): DockerConfig {
  if (text.trim() === '') return {};
  try {
    return asObject(JSON.parse(text)) ?? {};
  } catch {
    throw new PilotError('FILE_UNREADABLE', `${path} is not JSON`, {
      hint: 'Repair it, or name another in DOCKER_CONFIG, REGISTRY_AUTH_FILE or DOCKER_AUTH_CONFIG.',
    });
  }
}
