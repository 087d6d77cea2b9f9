import { asObject, PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import { type ReleaseRecord, recordSchemaVersion } from './record.ts';
import { releaseRecord } from './record-shape.ts';

/**
 * Reads a record. Fields that this version does not know are left out.
 * @param expectedDigest what the record must be about.
 * @throws PilotError FILE_UNREADABLE when it is not a record or has another schema version, RECORD_MISMATCH when it is
 *   about another digest.
 */
export function parseRecord(text: string, expectedDigest?: Digest): ReleaseRecord {
  const document = parseJson(text);
  const version = asObject(document)?.schemaVersion;
  if (version !== recordSchemaVersion) {
    throw new PilotError(
      'FILE_UNREADABLE',
      `the release record has the schema version ${JSON.stringify(version)}; this version reads ${recordSchemaVersion}`,
      { hint: 'Let the same version of Harbor Pilot run all steps of a pipeline.' },
    );
  }
  const record = releaseRecord(document, 'record');
  if (expectedDigest === undefined || record.digest === expectedDigest) return record;
  throw new PilotError('RECORD_MISMATCH', `the release record is about ${record.digest}, not about ${expectedDigest}`, {
    hint: 'It is from another build. Hand on the harbor-pilot.json of this run, or delete the old one.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PilotError('FILE_UNREADABLE', 'the release record is not JSON', {
      cause,
      hint: 'Use the harbor-pilot.json that an earlier step of this run wrote, unchanged.',
    });
  }
}

/** Writes a record as JSON with a fixed order of fields and an indent of two, so that equal records are equal files. */
export function formatRecord(record: ReleaseRecord): string {
  return `${JSON.stringify(releaseRecord(record, 'record'), undefined, 2)}\n`;
}

/**
 * What legitimately differs between two runs of the same release: times, the run itself, what the registry and the
 * cluster had before, and signatures (ECDSA signs with a random number). `*` stands for every entry of a list.
 */
export const fieldsOfOneRun = [
  'run',
  'startedAt',
  'finishedAt',
  'build.durationSeconds',
  'push.pushedBlobs',
  'push.presentBlobs',
  'push.sentBytes',
  'push.durationSeconds',
  'push.destinations.*.pushedBlobs',
  'push.destinations.*.presentBlobs',
  'push.destinations.*.mountedBlobs',
  'push.destinations.*.retriedBlobs',
  'push.destinations.*.sentBytes',
  'push.destinations.*.bytesPerSecond',
  'push.destinations.*.durationSeconds',
  'signature.signed.*.signatureDigest',
  'signature.durationSeconds',
  'gate.judgedAt',
  'gate.durationSeconds',
  'rollout.workloads.*.revisionBefore',
  'rollout.workloads.*.revision',
  'rollout.timeline',
  'rollout.durationSeconds',
  'promotions.*.pushedBlobs',
  'promotions.*.presentBlobs',
  'promotions.*.mountedBlobs',
  'promotions.*.sentBytes',
  'promotions.*.durationSeconds',
] as const;

/** A record without {@link fieldsOfOneRun}: equal for equal releases, whichever CI ran them. */
export function comparableRecord(record: ReleaseRecord): Readonly<Record<string, unknown>> {
  const copy: Record<string, unknown> = structuredClone({ ...releaseRecord(record, 'record') });
  for (const field of fieldsOfOneRun) remove(copy, field.split('.'));
  return copy;
}

function remove(value: unknown, [key, ...rest]: readonly string[]): void {
  if (typeof value !== 'object' || value === null || key === undefined) return;
  const parent = value as Record<string, unknown>;
  if (key === '*') for (const entry of Object.values(parent)) remove(entry, rest);
  else if (rest.length === 0) delete parent[key];
  else remove(parent[key], rest);
}
