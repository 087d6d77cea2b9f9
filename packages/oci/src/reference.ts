import { PilotError } from '@harbor-pilot/core';
import { type Digest, parseDigest } from './digest.ts';

/** `registry/repository[:tag][@digest]`, in its parts. */
export interface Reference {
  /** Host with an optional port, `harbor.example.com:8443`. */
  readonly registry: string;
  /** Path below the registry, `project/app`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

// OCI distribution spec 1.1.1, "Pulling manifests".
const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const hostPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]{1,5})?$/;

/**
 * Reads an image reference. The registry may be left out when a default is given.
 * @param defaultRegistry host that is meant when the text names none, `harbor.example.com`.
 * @throws PilotError REFERENCE_INVALID with what is wrong and how it is written right.
 */
export function parseReference(text: string, defaultRegistry?: string): Reference {
  const [name = '', digestText, ...rest] = text.trim().split('@');
  if (rest.length > 0) throw invalid(text, 'it has more than one "@"');
  const { registry, path } = splitRegistry(text, name, defaultRegistry);
  const colon = path.indexOf(':');
  const repository = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  checkRepository(text, repository);
  if (tag !== undefined && !isTag(tag)) throw invalid(text, `"${tag}" is not a tag`, tagRule);
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digestText === undefined ? {} : { digest: parseDigest(digestText) }),
  };
}

const tagRule = 'A tag has up to 128 letters, digits, ".", "_" and "-", and does not begin with "." or "-".';

/** Whether a text can be a tag. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

function splitRegistry(text: string, name: string, defaultRegistry?: string): { registry: string; path: string } {
  if (/^https?:\/\//i.test(name)) throw invalid(text, 'it begins with a scheme', 'Leave out "https://".');
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  if (isHost) {
    return { registry: parseHost(first), path: name.slice(slash + 1) };
  }
  if (defaultRegistry === undefined)
    throw invalid(text, 'it names no registry', 'Begin it with the host, or set the input "registry".');
  return { registry: parseHost(defaultRegistry), path: name };
}

/**
 * Reads the host of a registry as users write it: `https://` before it and a slash behind it are left out, letters become
 * small.
 * @throws PilotError REFERENCE_INVALID for a path, a user, another scheme, a port that there cannot be.
 */
export function parseHost(text: string): string {
  const host = text
    .trim()
    .replace(/^https:\/\//i, '')
    .replace(/\/+$/, '')
    .toLowerCase();
  const port = Number(/:(\d+)$/.exec(host)?.[1] ?? 443);
  if (hostPattern.test(host) && port > 0 && port <= 65_535) return host;
  throw new PilotError(
    'REFERENCE_INVALID',
    `"${withoutPassword(text)}" is not the host of a registry${whyNoHost(host, port)}`,
    {
      hint: 'Write it as harbor.example.com or harbor.example.com:8443, without a path.',
    },
  );
}

/** Some write an account before the host; a digest comes after an "@", too. */
function withoutPassword(text: string): string {
  return text.replace(/^(\s*(?:https?:\/\/)?)[^/@]*:[^/@]*@(?!sha\d+:)/i, '$1***@');
}

function whyNoHost(host: string, port: number): string {
  if (host.includes('@')) return ': user and password do not belong there';
  if (port <= 0 || port > 65_535) return ': ports are 1 to 65535';
  const strange = /[^a-z0-9.:/[\]-]/.exec(host)?.[0];
  return strange === undefined ? '' : `: ${JSON.stringify(strange)} cannot be in the name of a host`;
}

function checkRepository(text: string, repository: string): void {
  if (repositoryPattern.test(repository)) return;
  if (repositoryPattern.test(repository.toLowerCase())) {
    throw invalid(text, 'it has letters in upper case', `Write ${repository.toLowerCase()}.`);
  }
  throw invalid(text, `"${repository}" is not a repository`);
}

function invalid(
  text: string,
  why: string,
  hint = 'Write it as registry/project/repository:tag, in lower case up to the tag.',
): PilotError {
  return new PilotError('REFERENCE_INVALID', `"${withoutPassword(text)}" is not an image reference: ${why}`, { hint });
}

/** Writes a reference as text. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}
