import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { type Cvss, type Scored, worstCvss } from './cvss.ts';
import { momentOf } from './sources/fields.ts';

/** What scanners say in their own words. */
export type ToldByScanner = Pick<
  FoundVulnerability,
  'cvssScore' | 'cvssVector' | 'otherVectors' | 'epss' | 'isKnownExploited' | 'packageType' | 'path' | 'publishedAt'
>;

/** What an attribute of a name, in lower case, tells. */
const readers: Readonly<Record<string, (value: unknown) => ToldByScanner>> = {
  cvss: worstScore,
  epss: readEpss,
  kev: readKnownExploited,
  known_exploited: readKnownExploited,
  ecosystem: (value) => readText(value, (packageType) => ({ packageType })),
  path: readPath,
  pkgpath: readPath,
  publisheddate: readPublication,
};

/**
 * Reads `vendor_attributes` of a vulnerability (Pluggable Scanner API 1.2), which have no schema: `CVSS` by source as
 * Trivy's adapter writes it, and what others have been seen to add. What is not understood is left out.
 */
export function readVendorAttributes(attributes: Readonly<Record<string, unknown>> | undefined): ToldByScanner {
  const told: ToldByScanner = {};
  for (const [key, value] of Object.entries(attributes ?? {})) {
    const name = key.toLowerCase();
    if (Object.hasOwn(readers, name)) Object.assign(told, readers[name]?.(value));
  }
  return told;
}

/** Of the CVSS scores of version 3 and 4 that Trivy gives by source, the highest. */
export function worstScore(bySource: unknown): Cvss {
  const scores: Scored[] = [];
  for (const value of Object.values(asObject(bySource) ?? {})) {
    const { V3Score, V3Vector, V40Score, V40Vector } = asObject(value) ?? {};
    if (V3Score !== undefined) scores.push({ score: V3Score, vector: V3Vector });
    if (V40Score !== undefined) scores.push({ score: V40Score, vector: V40Vector });
  }
  return worstCvss(scores);
}

/** A number from 0 to 1, plain, as `score` of an object, or of the first of a list. */
function readEpss(value: unknown): ToldByScanner {
  const first = asArray(value)[0] ?? value;
  const epss = asNumber(first) ?? asNumber(asObject(first)?.score) ?? asNumber(asObject(first)?.epss) ?? -1;
  return epss >= 0 && epss <= 1 ? { epss } : {};
}

function readKnownExploited(value: unknown): ToldByScanner {
  return typeof value === 'boolean' ? { isKnownExploited: value } : {};
}

function readPath(value: unknown): ToldByScanner {
  return readText(value, (path) => ({ path: path.replace(/^\//, '') }));
}

function readPublication(value: unknown): ToldByScanner {
  const publishedAt = momentOf(value);
  return publishedAt === undefined ? {} : { publishedAt };
}

function readText(value: unknown, use: (text: string) => ToldByScanner): ToldByScanner {
  const text = asString(value)?.trim() ?? '';
  return text === '' ? {} : use(text);
}
