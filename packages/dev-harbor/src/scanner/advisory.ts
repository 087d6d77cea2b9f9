import { asArray, asObject, asString, PilotError } from '@harbor-pilot/core';
import { cvss3BaseScore } from './cvss.ts';
import { releaseOf } from './distribution.ts';
import { type Severity, severityOfScore, severityOfWord } from './severity.ts';

type Json = Readonly<Record<string, unknown>>;

/** A turn in the history of a package: from this version on it is affected, or no longer (OSV schema 1.7, "affected[].ranges[].events"). */
export interface RangeEvent {
  readonly type: 'introduced' | 'fixed' | 'last_affected';
  readonly version: string;
}

/** Which versions of one package are affected. */
export interface Affected {
  readonly ecosystem: string;
  readonly name: string;
  readonly versions: readonly string[];
  readonly ranges: readonly (readonly RangeEvent[])[];
  readonly severity: Severity;
  readonly cvss?: { readonly score: number; readonly vector: string };
}

/** One advisory in OSV format. */
export interface Advisory {
  readonly id: string;
  /** What it is reported as: the CVE ids when it has some, its own id otherwise. */
  readonly reportedIds: readonly string[];
  readonly description: string;
  readonly links: readonly string[];
  readonly cweIds: readonly string[];
  readonly affected: readonly Affected[];
}

/**
 * Reads an advisory (OSV schema 1.7, https://ossf.github.io/osv-schema); undefined for one that was withdrawn.
 * @param file where it was read, for the error.
 * @throws PilotError FILE_UNREADABLE when it has no id or an affected entry without a package.
 */
export function parseAdvisory(document: unknown, file: string): Advisory | undefined {
  const json = asObject(document);
  const id = asString(json?.id);
  if (json === undefined || id === undefined) throw unusable(file, 'it has no id');
  if (json.withdrawn !== undefined && json.withdrawn !== null) return undefined;
  const specific = asObject(json.database_specific);
  return {
    id,
    reportedIds: reportedIds(id, json),
    description: asString(json.summary) ?? asString(json.details) ?? '',
    links: asArray(json.references).flatMap((reference) => asString(asObject(reference)?.url) ?? []),
    cweIds: asArray(specific?.cwe_ids).flatMap((cwe) => asString(cwe) ?? []),
    affected: asArray(json.affected).flatMap((affected) => parseAffected(asObject(affected) ?? {}, json, file)),
  };
}

/** Aliases are the same vulnerability; `upstream` lists all that an advisory of a distribution fixes. */
function reportedIds(id: string, json: Json): readonly string[] {
  const cves = (value: unknown): string[] =>
    asArray(value).filter((alias): alias is string => /^CVE-/.test(String(alias)));
  const alias = [id, ...cves(json.aliases)].find((candidate) => candidate.startsWith('CVE-'));
  if (alias !== undefined) return [alias];
  const upstream = cves(json.upstream);
  return upstream.length > 0 ? upstream : [id];
}

function parseAffected(affected: Json, advisory: Json, file: string): Affected[] {
  // Without a package an entry is about the commits of a repository, which no image lists.
  if (affected.package === undefined) return [];
  const pack = asObject(affected.package);
  const ecosystem = asString(pack?.ecosystem);
  const name = asString(pack?.name);
  if (ecosystem === undefined || name === undefined)
    throw unusable(file, 'a package in it has no ecosystem or no name');
  return [
    {
      ecosystem: releaseOf(ecosystem),
      name,
      versions: asArray(affected.versions).flatMap((version) => asString(version) ?? []),
      ranges: asArray(affected.ranges).flatMap((range) => parseRange(asObject(range) ?? {})),
      ...rate(affected, advisory),
    },
  ];
}

function parseRange(range: Json): RangeEvent[][] {
  if (range.type !== 'ECOSYSTEM' && range.type !== 'SEMVER') return [];
  const types = ['introduced', 'fixed', 'last_affected'] as const;
  return [
    asArray(range.events).flatMap((event) =>
      types.flatMap((type) => {
        const version = asString(asObject(event)?.[type]);
        return version === undefined ? [] : [{ type, version }];
      }),
    ),
  ];
}

function rate(affected: Json, advisory: Json): Pick<Affected, 'severity' | 'cvss'> {
  const vectors = [...asArray(affected.severity), ...asArray(advisory.severity)]
    .map(asObject)
    .filter((severity) => severity?.type === 'CVSS_V3')
    .flatMap((severity) => asString(severity?.score) ?? []);
  const cvss = vectors.flatMap((vector) => {
    const score = cvss3BaseScore(vector);
    return score === undefined ? [] : [{ score, vector }];
  })[0];
  const places = [affected.database_specific, affected.ecosystem_specific, advisory.database_specific].map(asObject);
  const word = places.flatMap((place) => severityOfWord(asString(place?.severity) ?? '') ?? [])[0];
  const severity = word ?? (cvss === undefined ? 'Unknown' : severityOfScore(cvss.score));
  return { severity, ...(cvss === undefined ? {} : { cvss }) };
}

function unusable(file: string, why: string): PilotError {
  return new PilotError('FILE_UNREADABLE', `the advisory ${file} cannot be used: ${why}`, {
    hint: 'Advisories are JSON files in OSV format: https://ossf.github.io/osv-schema.',
  });
}
