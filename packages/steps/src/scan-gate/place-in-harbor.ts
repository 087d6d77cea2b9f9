import { PilotError } from '@harbor-pilot/core';
import { type Digest, isDigest, parseReference, type Reference } from '@harbor-pilot/oci';
import type { Connection } from '../connect.ts';
import { splitRepository } from '../split-repository.ts';
import { digestOfTag } from './withheld.ts';

/** An image in the Harbor of a connection. */
export interface PlaceInHarbor {
  readonly project: string;
  readonly repository: string;
  readonly digest: Digest;
}

/**
 * Finds an image of the same Harbor by what a user calls it: a digest or a tag of the repository of the connection, or
 * `project/repository:tag`.
 * @param what it is, for messages: `the baseline`.
 * @throws PilotError INPUT_INVALID, REFERENCE_INVALID; REFERENCE_NOT_FOUND, and what the registry client throws.
 */
export async function findInHarbor(name: string, what: string, connection: Connection): Promise<PlaceInHarbor> {
  const { repository, tag, digest: named } = referenceOf(name, what, connection);
  const place = splitRepository(repository);
  return { ...place, digest: named ?? (await digestOfTag(tag ?? 'latest', place, connection)) };
}

function referenceOf(
  name: string,
  what: string,
  { reference }: Connection,
): Pick<Reference, 'repository' | 'tag' | 'digest'> {
  if (isDigest(name)) return { repository: reference.repository, digest: name };
  if (!name.includes('/')) return { repository: reference.repository, tag: name };
  const place = parseReference(name, reference.registry);
  if (place.registry === reference.registry && place.repository.includes('/')) return place;
  throw new PilotError('INPUT_INVALID', `${what} ${name} is not in ${reference.registry}`, {
    hint: 'Name an image of the same Harbor: a tag, a digest, or project/repository:tag.',
  });
}
