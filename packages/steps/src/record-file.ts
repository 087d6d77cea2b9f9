import { resolve } from 'node:path';
import { PilotError, writeWhole } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import {
  formatRecord,
  type PromotionPart,
  parseRecord,
  type ReleaseRecord,
  type Runtime,
  recordSchemaVersion,
} from '@harbor-pilot/step-kit';
import type { RegistryConnection } from './connect.ts';
import { readIfThere } from './user-files.ts';

/** `registry/repository` of a connection, as records name it. */
export function imageName({ reference }: Pick<RegistryConnection, 'reference'>): string {
  return `${reference.registry}/${reference.repository}`;
}

/** A record that says nothing yet but what it is about. */
export function newRecord(connection: RegistryConnection, digest: Digest, runtime: Runtime): ReleaseRecord {
  return {
    schemaVersion: recordSchemaVersion,
    image: imageName(connection),
    digest,
    run: runtime.run,
    startedAt: runtime.clock.now().toISOString(),
  };
}

/**
 * Reads the record of earlier steps, if there is one about this image, or about one that was promoted to it.
 * @throws PilotError FILE_UNREADABLE when the file is no record that can be read.
 */
export async function readRecord(
  file: string,
  connection: RegistryConnection,
  runtime: Runtime,
): Promise<ReleaseRecord | undefined> {
  const record = await readAnyRecord(file, runtime);
  return record !== undefined && imagesOf(record).includes(imageName(connection)) ? record : undefined;
}

/**
 * Makes sure that what is in the folder of the build step was built as this image, in whatever registry. Where a workspace
 * builds several, the folder has the last one.
 * @throws PilotError RECORD_MISMATCH; FILE_UNREADABLE when the file is no record that can be read.
 */
export async function requireBuiltAs(
  connection: RegistryConnection,
  digest: Digest,
  { record: file, layout }: { readonly record: string; readonly layout: string },
  runtime: Runtime,
): Promise<void> {
  const record = await readAnyRecord(file, runtime);
  if (record?.build === undefined) return;
  const isImage = imagesOf(record).map(withoutRegistry).includes(connection.reference.repository);
  const isDigest = record.digest === digest;
  if (isImage === isDigest) return;
  const what = isDigest ? `was built as ${record.image}` : `is not the ${record.digest} that ${file} tells of`;
  throw new PilotError('RECORD_MISMATCH', `${imageName(connection)}: the image in ${layout} ${what}`, {
    hint: `Where several images are built in one workspace, give each a layout and a record of its own. To push this one all the same, write source: oci:${layout}.`,
  });
}

async function readAnyRecord(file: string, { workspace }: Runtime): Promise<ReleaseRecord | undefined> {
  const text = await readIfThere(resolve(workspace, file));
  return text === undefined ? undefined : parseRecord(text);
}

function imagesOf({ image, promotions = [] }: ReleaseRecord): readonly string[] {
  return [image, ...promotions.map((one) => one.image)];
}

/** The repository of `registry/repository`. */
function withoutRegistry(image: string): string {
  return image.slice(image.indexOf('/') + 1);
}

/** Writes a record, whole or not at all. */
export async function writeRecord(file: string, record: ReleaseRecord, runtime: Runtime): Promise<void> {
  await writeWhole(resolve(runtime.workspace, file), formatRecord(record));
}

/** Adds a step's part to the record of its digest; a record about another digest gives way to a new one. */
export async function addToRecord(
  file: string,
  connection: RegistryConnection,
  digest: Digest,
  part: Partial<ReleaseRecord>,
  runtime: Runtime,
): Promise<ReleaseRecord> {
  const before = await readRecord(file, connection, runtime);
  const record = { ...(before?.digest === digest ? before : newRecord(connection, digest, runtime)), ...part };
  await writeRecord(file, record, runtime);
  return record;
}

/** Adds promotions to the record of an image; an earlier one to the same repository gives way. */
export async function addPromotions(
  file: string,
  connection: RegistryConnection,
  digest: Digest,
  promotions: readonly PromotionPart[],
  runtime: Runtime,
): Promise<ReleaseRecord> {
  const before = await readRecord(file, connection, runtime);
  const all = withPromotions(before?.digest === digest ? before.promotions : [], promotions);
  return addToRecord(file, connection, digest, { promotions: all }, runtime);
}

/** Earlier promotions and later ones: one for each repository. */
export function withPromotions(
  earlier: readonly PromotionPart[] | undefined,
  later: readonly PromotionPart[],
): readonly PromotionPart[] {
  return [...(earlier ?? []).filter(({ image }) => later.every((one) => one.image !== image)), ...later];
}
