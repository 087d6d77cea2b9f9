import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { asObject, asString, messageOf } from '@harbor-pilot/core';
import type { Credentials } from '@harbor-pilot/registry';
import type { Runtime } from '@harbor-pilot/step-kit';
import { askHelper } from './credential-helper.ts';
import {
  type DockerConfig,
  dockerConfigFolder,
  identityTokenUser,
  parseDockerConfig,
  type StoredCredentials,
  serverNames,
} from './credentials.ts';

/** Where credentials may be. */
interface Source {
  readonly name: string;
  text(): string;
}

/**
 * Finds credentials: in `REGISTRY_AUTH_FILE`, which a login sets; in the variable `DOCKER_AUTH_CONFIG`, as GitLab and
 * Docker do (GitLab Runner 18, Docker 28.3); in `config.json` of the Docker configuration; and where podman keeps them
 * (containers-auth.json(5)). In each, a helper for the host comes first, then an account of the repository or of a folder
 * that it is in, the longest name first, then the store for all hosts, then the account of the host. Secrets are masked
 * before they are used. Each is read when it is first asked: a damaged file is no matter to a step that was given its
 * credentials.
 */
export function storedCredentials(runtime: Runtime): StoredCredentials {
  const configs = new Map<Source, DockerConfig>();
  const sources = sourcesOf(runtime);
  const ask = onceForEach((helper: string, server: string) => askHelper(helper, server, runtime.environment));
  const look = onceForEach((host: string, repository: string): Credentials | undefined => {
    for (const source of sources) {
      const config = configs.get(source) ?? parseDockerConfig(source.text(), source.name);
      configs.set(source, config);
      const found = findIn(config, host, repository, { ask, warn: runtime.warn });
      if (found !== undefined) return found;
    }
    return undefined;
  });
  return (host, repository = '') => {
    const credentials = look(host, repository);
    if (credentials !== undefined) runtime.mask(credentials.password);
    return credentials;
  };
}

/** The same question is asked once, and has one answer. */
function onceForEach<T>(answer: (one: string, other: string) => T): (one: string, other: string) => T {
  const known = new Map<string, T>();
  return (one, other) => {
    const key = `${one} ${other}`;
    if (!known.has(key)) known.set(key, answer(one, other));
    return known.get(key) as T;
  };
}

function sourcesOf({ environment, warn }: Runtime): readonly Source[] {
  const { REGISTRY_AUTH_FILE: authFile, DOCKER_AUTH_CONFIG: inVariable, XDG_RUNTIME_DIR: runtimeFolder } = environment;
  const settings = environment.XDG_CONFIG_HOME || join(environment.HOME ?? homedir(), '.config');
  const file = (path: string): Source => ({ name: path, text: () => textOf(path, warn) });
  const ofPodman = (folder: string): Source => file(join(folder, 'containers', 'auth.json'));
  return [
    ...(authFile ? [file(authFile)] : []),
    ...(inVariable ? [{ name: 'the variable DOCKER_AUTH_CONFIG', text: () => inVariable }] : []),
    file(join(dockerConfigFolder(environment), 'config.json')),
    ...(runtimeFolder ? [ofPodman(runtimeFolder)] : []),
    ofPodman(settings),
  ];
}

/** A file that is there and cannot be read, as `sudo docker login` leaves it, is told: it may be why there are no credentials. */
function textOf(path: string, warn: Runtime['warn']): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTDIR'].includes(code)) warn(`${path} cannot be read (${code}): what it says is not used`);
    return '';
  }
}

interface Asking {
  ask(helper: string, server: string): Credentials | undefined;
  readonly warn: Runtime['warn'];
}

function findIn(config: DockerConfig, host: string, repository: string, asking: Asking): Credentials | undefined {
  const names = serverNames(host);
  const [server = host] = names;
  const helpers = asObject(config.credHelpers);
  const own = names.map((name) => asString(helpers?.[name])).find((helper) => helper !== undefined);
  // An empty name says that this host has no helper, and not the store either.
  return (
    (own ? asking.ask(own, server) : undefined) ??
    fromAccounts(config, foldersOf(host, repository)) ??
    (own === undefined ? askStore(config, server, asking) : undefined) ??
    fromAccounts(config, names)
  );
}

/** It is for all hosts, also for those that want no credentials: that it cannot be asked is no failure. */
function askStore({ credsStore }: DockerConfig, server: string, { ask, warn }: Asking): Credentials | undefined {
  const store = asString(credsStore);
  if (store === undefined || store === '') return undefined;
  try {
    return ask(store, server);
  } catch (error) {
    warn(messageOf(error));
    return undefined;
  }
}

/** `host/project/name`, `host/project`. */
function foldersOf(host: string, repository: string): readonly string[] {
  const parts = repository.split('/').filter((part) => part !== '');
  return parts.map((_, index) => [host, ...parts.slice(0, parts.length - index)].join('/'));
}

function fromAccounts({ auths }: DockerConfig, names: readonly string[]): Credentials | undefined {
  for (const name of names) {
    const found = readAccount(asObject(asObject(auths)?.[name]));
    if (found !== undefined) return found;
  }
  return undefined;
}

function readAccount(entry: DockerConfig | undefined): Credentials | undefined {
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
