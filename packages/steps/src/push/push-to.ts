import { formatBytes, formatCount } from '@harbor-pilot/core';
import type { PushOptions } from '@harbor-pilot/registry';
import type { PushedDestination, Runtime } from '@harbor-pilot/step-kit';
import { imageName } from '../record-file.ts';
import type { Destination } from './destinations.ts';
import { createPushMeter } from './push-meter.ts';
import { forecastQuota, refusePush } from './quota.ts';

/**
 * Pushes to one destination, shows how it goes on, and tells what was moved.
 * @param push does it with these options.
 * @throws PilotError QUOTA_EXCEEDED before the first byte when the push is certain to fail; and what `push` throws.
 */
export async function pushTo(
  destination: Destination,
  runtime: Runtime,
  push: (options: PushOptions) => Promise<unknown>,
): Promise<PushedDestination> {
  const { tags, mountFrom } = destination;
  const image = imageName(destination);
  const meter = createPushMeter(image, runtime);
  await push({
    tags,
    mountFrom,
    signal: runtime.signal,
    beforeUpload: (blobs) => forecastQuota(destination, blobs, runtime),
    progress: meter.progress,
  }).catch((error: unknown) => refusePush(error, destination));
  const moved = meter.moved();
  const sent = `${formatBytes(moved.sentBytes)}, ${formatBytes(moved.bytesPerSecond)}/s`;
  const retried = moved.retriedBlobs === 0 ? '' : `, ${moved.retriedBlobs} after a broken try`;
  runtime.info(
    `  ${image}: ${formatCount(moved.pushedBlobs, 'blob')} pushed (${sent}), ${moved.mountedBlobs} mounted, ${moved.presentBlobs} there already${retried}; tags: ${tags.join(', ')}`,
  );
  return { image, tags, ...moved };
}
