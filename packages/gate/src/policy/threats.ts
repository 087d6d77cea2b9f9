import { gunzipSync } from 'node:zlib';
import { asArray, asObject, asString, messageOf, PilotError } from '@harbor-pilot/core';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';

/** What is known about attacks, by the id of the vulnerability. */
export interface ThreatData {
  /** Probability of exploitation in the next 30 days, 0 to 1. */
  readonly epss?: ReadonlyMap<string, number>;
  readonly knownExploited?: ReadonlySet<string>;
}

/** FIRST's file of all scores has about 10 MB unpacked. */
const unpackedLimitBytes = 128 * 1024 * 1024;

/**
 * Reads EPSS scores: the file of FIRST (https://www.first.org/epss/data_stats), `cve,epss,percentile` after a line of
 * remarks, as it is or packed by gzip.
 * @param file name for messages.
 * @throws PilotError INPUT_INVALID
 */
export function parseEpss(bytes: Uint8Array, file: string): ReadonlyMap<string, number> {
  const scores = new Map<string, number>();
  let columns: { readonly id: number; readonly score: number } | undefined;
  let number = 0;
  for (const line of linesOf(textOf(bytes, file))) {
    number += 1;
    if (line === '' || line.startsWith('#')) continue;
    const cells = line.split(',');
    if (columns === undefined) {
      columns = { id: cells.indexOf('cve'), score: cells.indexOf('epss') };
      if (columns.id < 0 || columns.score < 0) {
        throw invalid(`${file}:${number}`, 'its columns are not cve and epss', 'Take the file of scores from FIRST.');
      }
      continue;
    }
    const score = Number(cells[columns.score] || Number.NaN);
    if (!(score >= 0 && score <= 1))
      throw invalid(`${file}:${number}`, `"${line.slice(0, 60)}" has no score of 0 to 1`);
    scores.set((cells[columns.id] ?? '').toUpperCase(), score);
  }
  if (scores.size === 0) throw invalid(file, 'it has no scores');
  return scores;
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    yield text.slice(start, stop).trimEnd();
    start = stop + 1;
  }
}

function textOf(bytes: Uint8Array, file: string): string {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isPacked) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: unpackedLimitBytes }).toString('utf8');
  } catch (cause) {
    throw invalid(file, `it cannot be unpacked: ${messageOf(cause)}`);
  }
}

/**
 * Reads the catalogue of known exploited vulnerabilities: CISA's JSON (known_exploited_vulnerabilities_schema.json).
 * @param file name for messages.
 * @throws PilotError INPUT_INVALID
 */
export function parseKnownExploited(text: string, file: string): ReadonlySet<string> {
  let catalogue: unknown;
  try {
    catalogue = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, `it is no JSON: ${messageOf(cause)}`);
  }
  const entries = asArray(asObject(catalogue)?.vulnerabilities);
  const ids = entries.flatMap((entry) => asString(asObject(entry)?.cveID)?.toUpperCase() ?? []);
  if (ids.length > 0 && ids.length === entries.length) return new Set(ids);
  throw invalid(file, 'it has no list "vulnerabilities" with a "cveID" each', 'Take the catalogue in JSON from CISA.');
}

/** A vulnerability with what is known about attacks on it. What its source says of it stays. */
export function withThreats(found: FoundVulnerability, { epss, knownExploited }: ThreatData): FoundVulnerability {
  if (epss === undefined && knownExploited === undefined) return found;
  const ids = [found.id, ...(found.aliases ?? [])].map((id) => id.toUpperCase());
  const scores = ids.flatMap((id) => epss?.get(id) ?? []);
  const score = found.epss ?? (scores.length > 0 ? Math.max(...scores) : undefined);
  const isKnownExploited = found.isKnownExploited === true || ids.some((id) => knownExploited?.has(id) === true);
  if (score === found.epss && isKnownExploited === (found.isKnownExploited ?? false)) return found;
  return {
    ...found,
    ...(score === undefined ? {} : { epss: score }),
    ...(isKnownExploited ? { isKnownExploited } : {}),
  };
}

function invalid(where: string, why: string, hint?: string): PilotError {
  return new PilotError('INPUT_INVALID', `${where}: ${why}`, hint === undefined ? {} : { hint });
}
