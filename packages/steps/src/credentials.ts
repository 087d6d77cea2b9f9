import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { asObject, asString, PilotError } from '@harbor-pilot/core';
import type { Credentials } from '@harbor-pilot/registry';
import type { Runtime } from '@harbor-pilot/step-kit';
import { askHelper } from './credential-helper.ts';

interface CredentialInputs {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/**
 * The credentials that the Docker configuration has for a host.
 * @throws PilotError FILE_UNREADABLE when the configuration is not JSON; AUTH_FAILED when the credential helper for this
 * host cannot be used.
 */
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

/**
 * The credentials in `REGISTRY_AUTH_FILE`, then those in `config.json` of the Docker configuration. In each, a helper for the
 * host comes first, then the store for all hosts, then what is in the file. Secrets are masked before they are used.
 * They are read when they are first asked for: a damaged file is no matter to a step that was given its credentials.
 */
export function storedCredentials(runtime: Runtime): StoredCredentials {
  const { REGISTRY_AUTH_FILE: authFile } = runtime.environment;
  const paths = [...(authFile ? [authFile] : []), join(dockerConfigFolder(runtime.environment), 'config.json')];
  const configs = new Map<string, DockerConfig>();
  const known = new Map<string, Credentials | undefined>();
  const look = (host: string): Credentials | undefined => {
    for (const path of paths) {
      const config = configs.get(path) ?? parseDockerConfig(textOf(path, runtime), path);
      configs.set(path, config);
      const found = fromHelpers(config, host, runtime) ?? fromFile(config, host);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (host) => {
    if (!known.has(host)) known.set(host, look(host));
    const credentials = known.get(host);
    if (credentials !== undefined) runtime.mask(credentials.password);
    return credentials;
  };
}

/** What a `config.json` of Docker or an `auth.json` of podman holds. */
export type DockerConfig = Readonly<Record<string, unknown>>;

/** Where Docker keeps its configuration: `DOCKER_CONFIG`, else `~/.docker`. */
export function dockerConfigFolder(environment: Runtime['environment']): string {
  return environment.DOCKER_CONFIG || join(environment.HOME ?? homedir(), '.docker');
}

/** A file that is there and cannot be read, as `sudo docker login` leaves it, is told: it may be why there are no credentials. */
function textOf(path: string, runtime: Runtime): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTDIR'].includes(code))
      runtime.warn(`${path} cannot be read (${code}): what it says is not used`);
    return '';
  }
}

/** The names under which a host may be found, the one to write first. Docker Hub has a name of its own. */
export function serverNames(host: string): readonly string[] {
  if (host === 'docker.io' || host === 'index.docker.io') return ['https://index.docker.io/v1/', host];
  return [host, `https://${host}`, `https://${host}/`, `https://${host}/v2/`];
}

function fromHelpers(config: DockerConfig, host: string, runtime: Runtime): Credentials | undefined {
  const names = serverNames(host);
  const server = names[0] ?? host;
  const helpers = asObject(config.credHelpers);
  const own = names.map((name) => asString(helpers?.[name])).find((helper) => helper !== undefined);
  // An empty name says that this host has no helper, and not the store either.
  if (own === '') return undefined;
  if (own !== undefined) return askHelper(own, server, runtime.environment);
  const store = asString(config.credsStore);
  if (store === undefined || store === '') return undefined;
  try {
    return askHelper(store, server, runtime.environment);
  } catch (error) {
    // It is for all hosts, also for those that want no credentials.
    runtime.warn(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** The user name that Docker and its credential helpers give to an identity token. */
export const identityTokenUser = '<token>';

function fromFile(config: DockerConfig, host: string): Credentials | undefined {
  const auths = asObject(config.auths);
  const entry = serverNames(host)
    .map((name) => asObject(auths?.[name]))
    .find((found) => found !== undefined);
  const identityToken = asString(entry?.identitytoken);
  if (identityToken !== undefined && identityToken !== '')
    return { username: identityTokenUser, password: identityToken };
  const decoded = Buffer.from(asString(entry?.auth) ?? '', 'base64').toString();
  const colon = decoded.indexOf(':');
  if (colon > 0) return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  // As they are in hand-made files and pull secrets: Docker takes them, too.
  const [username, password] = [asString(entry?.username), asString(entry?.password)];
  return username && password ? { username, password } : undefined;
}

/**
 * Reads the text of a configuration; an empty file is an empty one, as for Docker.
 * @throws PilotError FILE_UNREADABLE without the words of the parser, which quote the file.
 */
export function parseDockerConfig(text: string, path: string): DockerConfig {
  if (text.trim() === '') return {};
  try {
    return asObject(JSON.parse(text)) ?? {};
  } catch {
    throw new PilotError('FILE_UNREADABLE', `${path} is not JSON`, {
      hint: 'Repair the file, or name another folder in DOCKER_CONFIG.',
    });
  }
}
