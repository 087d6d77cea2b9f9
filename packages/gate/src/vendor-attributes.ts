import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';

type Attributes = Readonly<Record<string, unknown>>;

/** What scanners say in their own words. */
type Told = Pick<
  FoundVulnerability,
  'cvssScore' | 'cvssVector' | 'epss' | 'isKnownExploited' | 'packageType' | 'path' | 'publishedAt'
>;

/**
 * Reads `vendor_attributes` of a vulnerability (Pluggable Scanner API 1.2), which have no schema: `CVSS` by source as
 * Trivy's adapter writes it, and what others have been seen to add. What is not understood is left out.
 */
export function readVendorAttributes(attributes: Attributes | undefined): Told {
  if (attributes === undefined) return {};
  const attribute = finderIn(attributes);
  const epss = probability(attribute('epss'));
  const isKnownExploited = attribute('kev', 'known_exploited');
  const [packageType, path] = [
    text(attribute('ecosystem', 'type')),
    text(attribute('path', 'pkgpath'))?.replace(/^\//, ''),
  ];
  const publishedAt = text(attribute('publisheddate', 'published_at'));
  return {
    ...worstScore(attribute('cvss')),
    ...(epss === undefined ? {} : { epss }),
    ...(typeof isKnownExploited === 'boolean' ? { isKnownExploited } : {}),
    ...(packageType === undefined ? {} : { packageType }),
    ...(path === undefined ? {} : { path }),
    ...(publishedAt === undefined || Number.isNaN(Date.parse(publishedAt)) ? {} : { publishedAt }),
  };
}

/** Finds the value of the first of some keys, whatever their case. */
function finderIn(attributes: Attributes): (...keys: readonly string[]) => unknown {
  const byKey = new Map(Object.entries(attributes).map(([key, value]) => [key.toLowerCase(), value]));
  return (...keys) => keys.map((key) => byKey.get(key)).find((value) => value !== undefined);
}

/** Of the CVSS scores that Trivy gives by source, the highest. */
export function worstScore(bySource: unknown): Pick<Told, 'cvssScore' | 'cvssVector'> {
  let worst: Pick<Told, 'cvssScore' | 'cvssVector'> = {};
  for (const value of Object.values(asObject(bySource) ?? {})) {
    const source = asObject(value);
    const [cvssScore, cvssVector] = [asNumber(source?.V3Score), text(source?.V3Vector)];
    if (cvssScore === undefined || !(cvssScore > (worst.cvssScore ?? 0) && cvssScore <= 10)) continue;
    worst = { cvssScore, ...(cvssVector === undefined ? {} : { cvssVector }) };
  }
  return worst;
}

/** A number from 0 to 1, plain, as `score` of an object, or of the first of a list. */
function probability(value: unknown): number | undefined {
  const first = asArray(value)[0] ?? value;
  const number = asNumber(first) ?? asNumber(asObject(first)?.score) ?? asNumber(asObject(first)?.epss);
  return number !== undefined && number >= 0 && number <= 1 ? number : undefined;
}

const text = (value: unknown): string | undefined => asString(value)?.trim() || undefined;
