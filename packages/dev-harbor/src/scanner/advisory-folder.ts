import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { type Advisory, type Affected, parseAdvisory } from './advisory.ts';

/** All advisories about one package, by what is affected. */
export type AdvisoryLookup = (ecosystem: string, name: string) => readonly Match[];

/** An advisory, and the part of it that is about the package asked for. */
export interface Match {
  readonly advisory: Advisory;
  readonly affected: Affected;
}

/** The advisories of a folder at one moment. */
export interface AdvisoryBook {
  /** How many advisories there are, by ecosystem. */
  readonly counts: ReadonlyMap<string, number>;
  readonly lookup: AdvisoryLookup;
}

/**
 * Reads all `*.json` files in a folder and below. A folder that does not exist, or none, has no advisories.
 * @throws PilotError FILE_UNREADABLE for a file that is not an advisory: leaving it out could hide a vulnerability.
 */
export async function readAdvisories(directory: string | undefined): Promise<AdvisoryBook> {
  const byPackage = new Map<string, Match[]>();
  const counts = new Map<string, number>();
  for (const file of await jsonFiles(directory)) {
    const advisory = parseAdvisory(await readJson(file), file);
    if (advisory === undefined) continue;
    for (const ecosystem of new Set(advisory.affected.map((affected) => affected.ecosystem))) {
      counts.set(ecosystem, (counts.get(ecosystem) ?? 0) + 1);
    }
    for (const affected of advisory.affected) {
      const key = keyOf(affected.ecosystem, affected.name);
      const matches = byPackage.get(key);
      if (matches === undefined) byPackage.set(key, [{ advisory, affected }]);
      else matches.push({ advisory, affected });
    }
  }
  return { counts, lookup: (ecosystem, name) => byPackage.get(keyOf(ecosystem, name)) ?? [] };
}

/** When the newest advisory of a folder was written; undefined without advisories. */
export async function advisoriesUpdatedAt(directory: string | undefined): Promise<Date | undefined> {
  const times = await Promise.all((await jsonFiles(directory)).map(async (file) => (await stat(file)).mtime));
  return times.reduce<Date | undefined>(
    (newest, time) => (newest === undefined || time > newest ? time : newest),
    undefined,
  );
}

const keyOf = (ecosystem: string, name: string): string => `${ecosystem}\n${name}`;

async function jsonFiles(directory: string | undefined): Promise<string[]> {
  if (directory === undefined) return [];
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json'));
    return files.map((entry) => join(entry.parentPath, entry.name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new PilotError('FILE_UNREADABLE', `the folder of advisories ${directory} cannot be read`, { cause: error });
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new PilotError('FILE_UNREADABLE', `the advisory ${file} is not JSON that can be read`, {
      cause: error,
      hint: 'Advisories are JSON files in OSV format: https://ossf.github.io/osv-schema.',
    });
  }
}
