import { together, unless } from '@harbor-pilot/core';
import type { Destination } from './destinations.ts';

/**
 * Looks whether all of several destinations answer and take the account, before the first of them gets anything: who waits for an image
 * in all of them should not find it in some.
 * @throws PilotError NETWORK_UNREACHABLE, TLS_UNTRUSTED, AUTH_FAILED, ROBOT_REFUSED, PROJECT_UNAVAILABLE and others of a registry that is not well.
 */
export async function reachAll(destinations: readonly Destination[]): Promise<void> {
  if (destinations.length < 2) return;
  const looks = destinations.map(({ registry, reference, tags: [tag = 'latest'] }) => async () => {
    // Who may push need not be allowed to read.
    await unless(['PULL_REFUSED', 'AUTH_DENIED', 'REFERENCE_NOT_FOUND'], registry.find(reference.repository, tag));
  });
  await together(looks);
}
