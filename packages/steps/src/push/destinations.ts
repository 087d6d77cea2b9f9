import { PilotError } from '@harbor-pilot/core';
import type { Harbor } from '@harbor-pilot/harbor';
import { formatReference, parseReference, type Reference } from '@harbor-pilot/oci';
import type { Credentials, Registry } from '@harbor-pilot/registry';
import { type Connection, signerAgent } from '../connect.ts';

/** A repository that an image is pushed to, and the tags that it gets there. */
export interface Destination {
  readonly registry: Registry;
  readonly reference: Reference;
  readonly tags: readonly string[];
  /** Repository of the same registry that has the blobs already. */
  readonly mountFrom?: string;
  /** Knows the quota of its project. */
  readonly harbor?: Harbor;
  /** The API of the Harbor that it may be in, for advice: whatever is wrong with an answer, or the server, is no reason to fail. */
  readonly advisor?: Harbor;
}

/**
 * Reads where else to push to.
 * @param defaultRegistry host of lines that name none.
 * @throws PilotError REFERENCE_INVALID; INPUT_INVALID when one names a digest.
 */
export function parseDestinations(lines: readonly string[], defaultRegistry: string | undefined): readonly Reference[] {
  const references = lines.map((line) => parseReference(line, defaultRegistry));
  const withDigest = references.find(({ digest }) => digest !== undefined);
  if (withDigest === undefined) return references;
  throw new PilotError('INPUT_INVALID', `the destination ${formatReference(withDigest)} names a digest`, {
    hint: 'Write it as registry/repository or registry/repository:tag: the digest is that of the image.',
  });
}

/**
 * Prepares a further destination.
 * @param tags for one that names no tag of its own.
 */
export function toDestination(other: Reference, tags: readonly string[], connection: Connection): Destination {
  const { registry: host, repository } = other;
  const own = {
    reference: other,
    tags: other.tag === undefined ? tags : [other.tag],
    advisor: connection.harborFor(host, repository),
  };
  const isSameHost = host === connection.reference.registry;
  if (isSameHost && isSameAccount(connection.credentialsFor(host, repository), connection.credentials))
    return {
      ...own,
      registry: connection.registry,
      harbor: connection.harbor,
      mountFrom: connection.reference.repository,
    };
  return {
    ...own,
    registry: connection.registryFor(host, repository, signerAgent),
    ...(isSameHost ? { harbor: connection.harborFor(host, repository) } : {}),
  };
}

function isSameAccount(one: Credentials | undefined, other: Credentials | undefined): boolean {
  return one?.username === other?.username && one?.password === other?.password;
}
