import { PilotError } from '@harbor-pilot/core';
import type { Descriptor, Digest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';

/** More than any image has; a hostile registry could list them without end. */
const countLimit = 1000;

/**
 * All referrers of a digest.
 * @throws PilotError CONTENT_HOSTILE when there is no end to them; and what the registry throws.
 */
export async function* allReferrers(
  registry: Registry,
  repository: string,
  digest: Digest,
): AsyncGenerator<Descriptor> {
  let count = 0;
  for await (const referrer of registry.listReferrers(repository, digest)) {
    count += 1;
    if (count > countLimit) throw endless(registry, repository, digest);
    yield referrer;
  }
}

function endless({ host }: Registry, repository: string, digest: Digest): PilotError {
  return new PilotError('CONTENT_HOSTILE', `${host}/${repository}@${digest} has more than ${countLimit} referrers`, {
    hint: 'Find out what attaches so much to it, and remove what nobody needs.',
  });
}
