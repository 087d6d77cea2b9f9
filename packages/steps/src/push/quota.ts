import { formatBytes, PilotError } from '@harbor-pilot/core';
import { checkQuota, explainQuota } from '@harbor-pilot/harbor';
import type { Descriptor } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import { splitRepository } from '../split-repository.ts';
import type { Destination } from './destinations.ts';

const sumOf = (blobs: readonly Descriptor[]): number => blobs.reduce((sum, { size }) => sum + size, 0);

/**
 * Looks at the quota before the first byte of an image is sent. What it cannot know it tells.
 * @throws PilotError QUOTA_EXCEEDED when the push is certain to fail.
 */
export async function forecastQuota(
  { registry, reference, harbor }: Destination,
  blobs: readonly Descriptor[],
  runtime: Runtime,
): Promise<void> {
  if (harbor === undefined) return;
  const { repository } = reference;
  const forecast = await checkQuota(harbor, {
    ...splitRepository(repository),
    totalBytes: sumOf(blobs),
    missingBytes: async () => sumOf(await registry.missingBlobs(repository, blobs)),
  });
  if (forecast.outcome === 'unclear') {
    const { leftBytes, missingBytes } = forecast;
    runtime.warn(
      `the project has ${formatBytes(leftBytes)} left of its quota, and ${formatBytes(missingBytes)} are missing in ${repository}: the push fails unless other repositories of the project have enough of it`,
    );
  }
  if (forecast.outcome === 'unknown' && forecast.reason.code === 'AUTH_DENIED') {
    runtime.info('  the quota is not known beforehand: the account has no permission "project: read"');
  }
}

/** Gives a quota that was exceeded its figures; any other error passes. */
export async function refusePush(error: unknown, { harbor, reference }: Destination): Promise<never> {
  const isQuota = error instanceof PilotError && error.code === 'QUOTA_EXCEEDED';
  if (!isQuota || harbor === undefined) throw error;
  throw await explainQuota(harbor, splitRepository(reference.repository).project, error);
}
