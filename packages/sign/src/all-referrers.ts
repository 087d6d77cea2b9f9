import { PilotError } from '@harbor-pilot/core';
import type { Descriptor, Digest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';

/** More than any image has; a hostile registry could list them without end. */
const countLimit = 1000;

/**
 * All referrers of a digest.
 * @throws PilotError CONTENT_HOSTILE when there is no end to them; and what the registry throws.
 */
export function allReferrers(registry: Registry, repository: string, digest: Digest): AsyncGenerator<Descriptor> {
  return withEnd(registry.listReferrers(repository, digest), registry, repository, digest);
}

/**
 * What is made of the referrers of a digest.
 * @throws PilotError CONTENT_HOSTILE when there is no end to it.
 */
export async function* withEnd<Item>(
  items: AsyncIterable<Item>,
  registry: Registry,
  repository: string,
  digest: Digest,
): AsyncGenerator<Item> {
  let count = 0;
  for await (const item of items) {
    count += 1;
    if (count > countLimit) throw endless(registry, repository, digest);
    yield item;
  }
}

function endless({ host }: Registry, repository: string, digest: Digest): PilotError {
  return new PilotError(
    'CONTENT_HOSTILE',
    `${host}/${repository}@${digest} has more than ${countLimit} referrers, or signatures in them`,
    {
      hint: 'Find out what attaches so much to it, and remove what nobody needs.',
    },
  );
}
