import { resolve } from 'node:path';
import { printable } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { PromotionPart, ReleaseRecord, Runtime } from '@harbor-pilot/step-kit';
import { copyToAll } from '../copy/copy-to-all.ts';
import type { Destination } from '../push/destinations.ts';
import { checkTags, quarantineTagOf } from '../push/tags.ts';
import { withPromotions, writeRecord } from '../record-file.ts';
import { openBundle } from './read-bundle.ts';

/**
 * Pushes all that is in a bundle, and carries its record on.
 * @param file relative to the workspace.
 * @param tags of the image; without any those of the record.
 * @param prepare makes the destinations of some tags.
 * @throws PilotError DIGEST_MISMATCH, CONTENT_HOSTILE before anything is pushed.
 */
export async function importBundle(
  file: string,
  recordFile: string,
  tags: readonly string[],
  prepare: (tags: readonly string[]) => readonly Destination[],
  runtime: Runtime,
): Promise<{ readonly digest: Digest; readonly reference: string }> {
  const bundle = await openBundle(resolve(runtime.workspace, file), runtime.signal);
  const { record } = bundle;
  const { digest } = bundle.image;
  // Who made the bundle is not known yet.
  const image = printable(record.image);
  runtime.info(`  ${file} is whole: ${image}@${digest}, verdict of the gate: ${record.gate?.verdict ?? 'none'}`);
  if (record.gate?.verdict === 'refused') runtime.warn(`the gate of ${image} refused this image`);
  const released = checkTags(record.tags ?? [quarantineTagOf(digest)]);
  const destinations = prepare(tags.length > 0 ? tags : released);
  const origin = { from: record.image, verified: false };
  const note = async (promotions: readonly PromotionPart[]): Promise<ReleaseRecord> => {
    const carriedOn = { ...record, promotions: withPromotions(record.promotions, promotions) };
    await writeRecord(recordFile, carriedOn, runtime);
    return carriedOn;
  };
  return { digest, reference: await copyToAll(bundle, destinations, origin, note, runtime) };
}
