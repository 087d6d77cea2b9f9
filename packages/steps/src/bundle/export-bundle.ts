import { resolve } from 'node:path';
import { formatBytes, formatCount } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import { readWhole } from '@harbor-pilot/registry';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import { imageName, newRecord, readRecord } from '../record-file.ts';
import { requireWritable } from '../require-writable.ts';
import { findDigest, readTree } from '../subject.ts';
import { writeBundle } from './write-bundle.ts';

/**
 * Writes a bundle of an image as the registry has it. Its record goes with it; without one the bundle has no verdict, which
 * is told.
 * @param file relative to the workspace.
 * @param recordFile file of the release record.
 * @throws PilotError FILE_UNWRITABLE before anything is read; and what the registry throws.
 */
export async function exportBundle(
  file: string,
  recordFile: string,
  connection: Connection,
  runtime: Runtime,
): Promise<{ readonly digest: Digest; readonly reference: string }> {
  const path = resolve(runtime.workspace, file);
  await requireWritable(path);
  const { registry, reference } = connection;
  const digest = await findDigest({ digest: undefined, record: recordFile }, connection, runtime);
  const { root } = await readTree(connection, digest);
  const whole = await readWhole(registry, reference.repository, root);
  const kept = await readRecord(recordFile, connection, runtime);
  const found = kept?.digest === digest ? kept : newRecord(connection, digest, runtime);
  const record = found.tags === undefined && reference.tag !== undefined ? { ...found, tags: [reference.tag] } : found;
  if (record.gate === undefined)
    runtime.warn(`the bundle has no verdict of a gate: ${recordFile} has none for ${digest}`);
  const written = await writeBundle(path, { ...whole, record }, runtime.signal);
  const count = `${formatCount(written.blobs, 'blob')} (${formatBytes(written.sizeBytes)})`;
  runtime.info(`  ${file}: ${digest}, ${count}, ${formatCount(whole.attached.length, 'referrer')}`);
  return { digest, reference: `${imageName(connection)}@${digest}` };
}
