import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { asArray, asObject, asString, PilotError } from '@harbor-pilot/core';
import type { Document } from 'yaml';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a cluster or a user that name files, relative to the folder of their kubeconfig. */
const pathFields: readonly string[] = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/**
 * Reads kubeconfig files as kubectl does: what they name is relative to their own folder, of several the first that has a
 * cluster, user or context of a name counts, and those that do not exist are left out while there is another one.
 * @param paths absolute.
 * @param readAuthority certificate of an authority, PEM, that clusters are trusted by, besides those of the system, of which
 * the kubeconfig does not say whom to trust. Asked only when there is one.
 * @param proxyFor address of the proxy on the way to a server, for clusters of which the kubeconfig names none.
 * @returns one kubeconfig as text, without relative paths.
 * @throws PilotError FILE_UNREADABLE; INPUT_INVALID with file and line, and without quoting the text, which holds credentials.
 */
export async function readKubeconfig(
  paths: readonly string[],
  readAuthority: () => Promise<string | undefined> = async () => undefined,
  proxyFor: (server: URL) => string | undefined = () => undefined,
): Promise<string> {
  const found: Fields[] = [];
  const absent: unknown[] = [];
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(path, cause);
      absent.push(cause);
    });
    if (text !== undefined) found.push(withAbsolutePaths(await parse(text, path), dirname(path)));
  }
  if (found.length === 0) throw unreadable(paths.join(', '), absent[0]);
  return JSON.stringify(withProxies(await withAuthority(merge(found), readAuthority), proxyFor));
}

function unreadable(path: string, cause: unknown): PilotError {
  return new PilotError('FILE_UNREADABLE', `the kubeconfig ${path} cannot be read`, {
    cause,
    hint: 'Look at the path and who may read it.',
  });
}

async function parse(text: string, path: string): Promise<Fields> {
  const { LineCounter, parseDocument } = await import('./yaml.ts');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, merge: true });
  const [error] = document.errors;
  if (error !== undefined) throw invalid(`${path}:${lineCounter.linePos(error.pos[0]).line} is not valid YAML`);
  const fields = asObject(toValue(document, path));
  if (fields === undefined) throw invalid(`${path} is not a kubeconfig`);
  return fields;
}

function toValue(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw invalid(`${path} has an alias without an anchor, or too many of them`);
  }
}

function invalid(message: string): PilotError {
  return new PilotError('INPUT_INVALID', message, {
    hint: 'Give a kubeconfig file, as "kubectl config view --raw --minify" prints it.',
  });
}

function withAbsolutePaths(config: Fields, folder: string): Fields {
  const entries = (list: 'clusters' | 'users', part: 'cluster' | 'user'): readonly Fields[] =>
    asArray(config[list]).map((entry) => {
      const fields = asObject(asObject(entry)?.[part]) ?? {};
      return { ...asObject(entry), [part]: resolvePaths(fields, folder) };
    });
  return { ...config, clusters: entries('clusters', 'cluster'), users: entries('users', 'user') };
}

function resolvePaths(fields: Fields, folder: string): Fields {
  const result: Record<string, unknown> = { ...fields };
  for (const name of pathFields) {
    const path = asString(fields[name]);
    if (path !== undefined && path !== '') result[name] = resolve(folder, path);
  }
  if (result.tokenFile !== undefined) {
    // The form in which the client library knows a token file; to Kubernetes it wins over a token beside it.
    result['auth-provider'] = { name: 'tokenFile', config: { tokenFile: result.tokenFile } };
    delete result.token;
  }
  const exec = asObject(fields.exec);
  const command = asString(exec?.command);
  // A name without a slash is looked up in PATH.
  if (command?.includes('/')) result.exec = { ...exec, command: resolve(folder, command) };
  return result;
}

const trustFields = ['certificate-authority', 'certificate-authority-data', 'insecure-skip-tls-verify'];

async function withAuthority(config: Fields, readAuthority: () => Promise<string | undefined>): Promise<Fields> {
  const isOpen = (cluster: Fields): boolean => !trustFields.some((name) => (cluster[name] ?? '') !== '');
  const clusters = asArray(config.clusters).map((entry) => asObject(entry) ?? {});
  if (!clusters.some((entry) => isOpen(asObject(entry.cluster) ?? {}))) return config;
  const authority = await readAuthority();
  if (authority === undefined) return config;
  // What a kubeconfig names takes the place of the system's own.
  const all = [...process.getBuiltinModule('node:tls').getCACertificates('default'), authority].join('\n');
  const trusting = (cluster: Fields): Fields =>
    isOpen(cluster) ? { ...cluster, 'certificate-authority-data': Buffer.from(all).toString('base64') } : cluster;
  return withClusters(config, trusting);
}

function withProxies(config: Fields, proxyFor: (server: URL) => string | undefined): Fields {
  const behindProxy = (cluster: Fields): Fields => {
    const server = asString(cluster.server) ?? '';
    const proxy = URL.canParse(server) && (cluster['proxy-url'] ?? '') === '' ? proxyFor(new URL(server)) : undefined;
    return proxy === undefined ? cluster : { ...cluster, 'proxy-url': proxy };
  };
  return withClusters(config, behindProxy);
}

function withClusters(config: Fields, change: (cluster: Fields) => Fields): Fields {
  const clusters = asArray(config.clusters).map((entry) => asObject(entry) ?? {});
  return {
    ...config,
    clusters: clusters.map((entry) => ({ ...entry, cluster: change(asObject(entry.cluster) ?? {}) })),
  };
}

function merge(configs: readonly Fields[]): Fields {
  const named = (list: string): readonly unknown[] => {
    const all = configs.flatMap((config) => asArray(config[list]));
    const nameOf = (entry: unknown): unknown => asObject(entry)?.name;
    return all.filter((entry, index) => all.findIndex((one) => nameOf(one) === nameOf(entry)) === index);
  };
  const current = configs.map((config) => asString(config['current-context'])).find((name) => (name ?? '') !== '');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: named('clusters'),
    users: named('users'),
    contexts: named('contexts'),
    ...(current === undefined ? {} : { 'current-context': current }),
  };
}
