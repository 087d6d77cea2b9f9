import { PilotError } from '@harbor-pilot/core';
import { formatReference, parseReference, type Reference } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import type { Connection } from '../connect.ts';

/** A repository that an image is pushed to, and the tags that it gets there. */
export interface Destination {
  readonly registry: Registry;
  readonly reference: Reference;
  readonly tags: readonly string[];
  /** Repository of the same registry that has the blobs already. */
  readonly mountFrom?: string;
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
 * All destinations, that of the connection first.
 * @param tags for the first, and for those that name no tag of their own.
 */
export function allDestinations(
  connection: Connection,
  others: readonly Reference[],
  tags: readonly string[],
): readonly Destination[] {
  const { registry, reference } = connection;
  return [
    { registry, reference, tags },
    ...others.map((other) => {
      const isNeighbour = other.registry === reference.registry;
      return {
        registry: isNeighbour ? registry : connection.registryFor(other.registry),
        reference: other,
        tags: other.tag === undefined ? tags : [other.tag],
        ...(isNeighbour ? { mountFrom: reference.repository } : {}),
      };
    }),
  ];
}
