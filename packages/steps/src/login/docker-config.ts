import { type Dirent, mkdtempSync, readdirSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { asObject, asString, makeFolder, unwritable, writeWhole } from '@harbor-pilot/core';
import type { Credentials } from '@harbor-pilot/registry';
import type { Runtime } from '@harbor-pilot/step-kit';
import {
  type DockerConfig,
  dockerConfigFolder,
  identityTokenUser,
  parseDockerConfig,
  serverNames,
} from '../credentials.ts';
import { type TrustedHost, type TrustFiles, writeTrustFiles } from '../trust-files/write-trust-files.ts';
import { readIfThere } from '../user-files.ts';
import type { LoginValues } from './sign-in.ts';

/** Credentials that a registry took. */
export interface Login extends TrustedHost {
  readonly credentials: Credentials;
}

/** Where logins are kept. */
export interface KeptLogins {
  readonly folder: string;
  /** For skopeo, podman and buildah. */
  readonly authFile: string;
  /** For builders, engines and others, where they are to trust more than they do. */
  readonly trust: TrustFiles | undefined;
}

const [configName, authName] = ['config.json', 'auth.json'];

/**
 * Writes a configuration of Docker, and one of skopeo, podman and buildah, with these logins and all that the user's own
 * ones say; those are only read. What else Docker keeps in its folder (plugins, contexts, builders) is linked.
 * Without a folder that was given it is a private one of the job on GitHub, and none elsewhere.
 * @throws PilotError FILE_UNREADABLE, FILE_UNWRITABLE, KEY_INVALID; a folder that was made for it is gone then.
 */
export async function keepLogins(
  logins: readonly Login[],
  values: Pick<LoginValues, 'dockerConfig' | 'logout' | 'exportCa' | 'proxyForBuilds'>,
  runtime: Runtime,
): Promise<KeptLogins | undefined> {
  const own = dockerConfigFolder(runtime.environment);
  const folder = await openFolder(values.dockerConfig, values.logout, runtime);
  if (folder === undefined) return undefined;
  const authFile = join(folder.path, authName);
  const users = await readConfig(join(own, configName));
  const [earlier, given, earlierAuth] = await Promise.all([
    readConfig(join(folder.path, configName)),
    readAuthFiles(users, runtime),
    readConfig(authFile),
  ]);
  const [config, containers] = [merge([users, earlier]), merge([...given, earlierAuth])];
  runtime.signal.throwIfAborted();
  const proxied = values.proxyForBuilds ? await withProxies(config, runtime) : config;
  const writing = [
    // What an earlier login trusts is among what is linked.
    linkRest(own, folder.path, runtime).then(() => writeTrustFiles(folder.path, logins, values.exportCa, runtime)),
    writeWhole(authFile, textOf(withContainersLogins(containers, logins)), { mode: 0o600 }),
    writeWhole(join(folder.path, configName), textOf(withDockerLogins(proxied, logins)), { mode: 0o600 }),
  ] as const;
  // When one fails the folder goes: nobody may still be writing into it then.
  await Promise.allSettled(writing);
  const [trust] = await Promise.all(writing);
  folder.keep();
  return { folder: folder.path, authFile, trust };
}

async function withProxies(config: DockerConfig, runtime: Runtime): Promise<DockerConfig> {
  const { dockerProxies } = await import('../trust-files/docker-proxies.ts');
  const [users, proxies] = [asObject(config.proxies), dockerProxies(runtime)];
  return proxies === undefined || users?.default !== undefined
    ? config
    : { ...config, proxies: { ...users, default: proxies } };
}

/** A folder for logins; one that was made here goes again unless it is kept. */
interface OpenFolder {
  readonly path: string;
  keep(): void;
}

async function openFolder(
  given: string | undefined,
  logout: boolean,
  runtime: Runtime,
): Promise<OpenFolder | undefined> {
  const made = given === undefined ? makePrivate(runtime) : await makeGiven(resolve(runtime.workspace, given));
  if (made === undefined) return undefined;
  let isKept = !made.isNew;
  runtime.onCleanup(async () => {
    if (!isKept) await rm(made.path, { recursive: true, force: true });
  });
  if (logout && made.isNew) runtime.removeAfterJob(made.path);
  return {
    path: made.path,
    keep: () => {
      isKept = true;
    },
  };
}

interface MadeFolder {
  readonly path: string;
  readonly isNew: boolean;
}

/** Where a folder of the job's own can be: only GitHub has a place that later steps of the job, and nobody else, learn of. */
export function privateBase({ name, environment }: Runtime): string | undefined {
  return name === 'github' ? environment.RUNNER_TEMP : undefined;
}

function makePrivate(runtime: Runtime): MadeFolder | undefined {
  const base = privateBase(runtime);
  if (base === undefined) return undefined;
  try {
    return { path: mkdtempSync(join(base, 'harbor-pilot-docker-')), isNew: true };
  } catch (cause) {
    return unwritable(base)(cause);
  }
}

async function makeGiven(path: string): Promise<MadeFolder> {
  return { path, isNew: await makeFolder(path, 0o700) };
}

/** The later one wins; accounts and helpers are joined host by host. */
function merge(configs: readonly DockerConfig[]): DockerConfig {
  const joined = (key: string): DockerConfig => Object.assign({}, ...configs.map((config) => asObject(config[key])));
  const [auths, credHelpers] = [joined('auths'), joined('credHelpers')];
  return { ...Object.assign({}, ...configs), auths, ...(Object.keys(credHelpers).length === 0 ? {} : { credHelpers }) };
}

/** What skopeo, podman and buildah read, weakest first (containers-auth.json(5), containers/image v5.36). */
async function readAuthFiles(docker: DockerConfig, { environment }: Runtime): Promise<readonly DockerConfig[]> {
  const { REGISTRY_AUTH_FILE: named, XDG_RUNTIME_DIR: runtimeFolder, HOME = homedir() } = environment;
  if (named !== undefined) return [await readConfig(named)];
  const folders = [
    environment.XDG_CONFIG_HOME ?? join(HOME, '.config'),
    ...(runtimeFolder === undefined ? [] : [runtimeFolder]),
  ];
  const files = await Promise.all(folders.map((folder) => readConfig(join(folder, 'containers', authName))));
  const { auths, credHelpers } = docker;
  return [{ auths, ...(credHelpers === undefined ? {} : { credHelpers: namedHelpers(credHelpers) }) }, ...files];
}

/** Docker's word for "no helper" is an empty name, which the others would take for the name of a program. */
function namedHelpers(credHelpers: unknown): DockerConfig {
  return Object.fromEntries(Object.entries(asObject(credHelpers) ?? {}).filter(([, helper]) => helper !== ''));
}

function withDockerLogins(config: DockerConfig, logins: readonly Login[]): DockerConfig {
  const helpers = asObject(config.credHelpers);
  // A helper or a store would win over the file, unless it is none for this host.
  const isHelped = (name: string): boolean =>
    (asString(config.credsStore) ?? '') !== '' || helpers?.[name] !== undefined;
  const named = logins.map(({ host, credentials }) => [serverNames(host)[0] ?? host, credentials] as const);
  const without = named.filter(([name]) => isHelped(name)).map(([name]) => [name, ''] as const);
  return {
    ...config,
    auths: { ...asObject(config.auths), ...Object.fromEntries(named.map(([name, one]) => [name, authOf(one)])) },
    ...(without.length === 0 ? {} : { credHelpers: { ...helpers, ...Object.fromEntries(without) } }),
  };
}

function withContainersLogins(config: DockerConfig, logins: readonly Login[]): DockerConfig {
  const { auths, credHelpers } = config;
  const hosts = logins.map(({ host }) => host);
  const helpers = Object.entries(asObject(credHelpers) ?? {}).filter(([name]) => !hosts.includes(name));
  const entries = logins.map(({ host, credentials }) => [host, authOf(credentials)]);
  return {
    auths: { ...asObject(auths), ...(Object.fromEntries(entries) as DockerConfig) },
    ...(helpers.length === 0 ? {} : { credHelpers: Object.fromEntries(helpers) }),
  };
}

function authOf({ username, password }: Credentials): DockerConfig {
  if (username === identityTokenUser) {
    return { auth: Buffer.from(`${username}:`).toString('base64'), identitytoken: password };
  }
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}

/** Plugins, contexts and builders of the user stay within reach. */
async function linkRest(from: string, to: string, runtime: Runtime): Promise<void> {
  if (resolve(from) === resolve(to)) return;
  for (const entry of entriesOf(from)) {
    if (entry.name.startsWith(configName) || entry.name.startsWith(authName)) continue;
    // On Windows a junction needs no privilege, a link to a file does.
    const link = symlink(join(from, entry.name), join(to, entry.name), entry.isDirectory() ? 'junction' : 'file');
    await link.catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST')
        runtime.warn(`${entry.name} of ${from} cannot be linked into ${to}: ${cause.message}`);
    });
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function readConfig(path: string): Promise<DockerConfig> {
  return parseDockerConfig((await readIfThere(path)) ?? '{}', path);
}

function textOf(config: DockerConfig): string {
  return JSON.stringify(config, undefined, 2);
}
