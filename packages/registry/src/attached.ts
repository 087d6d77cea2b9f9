import { PilotError, together } from '@harbor-pilot/core';
import type { Descriptor, Digest } from '@harbor-pilot/oci';
import { classicSuffixes, classicTag } from './classic-tag.ts';
import type { Registry } from './types.ts';

/** A manifest that belongs to an image: a signature, an attestation, an SBOM. */
export interface Attached {
  readonly descriptor: Descriptor;
  /** The tag that it is found by, where it does not refer to the image itself: cosign's classic form. */
  readonly tag?: string;
}

/** More than any image has; a hostile registry could list referrers without end. */
const attachedLimit = 2000;

/**
 * Finds all that belongs to some manifests, and what belongs to that in turn, in an order in which it can be pushed.
 * @throws PilotError CONTENT_HOSTILE when there is no end to it; and what the registry throws.
 */
export async function findAttached(
  registry: Registry,
  repository: string,
  subjects: readonly Digest[],
): Promise<readonly Attached[]> {
  const found = new Map<Digest, Attached>();
  const queue = [...subjects];
  const add = (subject: Digest, attached: Attached): void => {
    const { digest } = attached.descriptor;
    if (!found.has(digest)) queue.push(digest);
    if (!found.has(digest) || attached.tag !== undefined) found.set(digest, attached);
    if (found.size > attachedLimit) throw endless(repository, subject);
  };
  const addReferrers = async (subject: Digest): Promise<void> => {
    for await (const descriptor of registry.listReferrers(repository, subject)) add(subject, { descriptor });
  };
  const addTagged = async (subject: Digest, tag: string): Promise<void> => {
    const descriptor = await registry.find(repository, tag);
    if (descriptor !== undefined) add(subject, { descriptor, tag });
  };
  for (const subject of queue) {
    const tags = classicSuffixes.map((suffix) => classicTag(subject, suffix));
    await together([() => addReferrers(subject), ...tags.map((tag) => () => addTagged(subject, tag))]);
  }
  return [...found.values()];
}

function endless(repository: string, subject: Digest): PilotError {
  return new PilotError('CONTENT_HOSTILE', `${repository} has more than ${attachedLimit} referrers of ${subject}`, {
    hint: 'Look at what attaches them, and delete those that nobody needs.',
  });
}
