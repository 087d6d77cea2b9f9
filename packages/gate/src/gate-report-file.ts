import { asArray, asNumber, asObject, asString, PilotError } from '@harbor-pilot/core';
import { isDigest } from '@harbor-pilot/oci';
import { type FoundVulnerability, ratedSeverities } from '@harbor-pilot/step-kit';
import type { ExaminedImage } from './exceptions/check-exceptions.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Whether JSON looks like a report that the gate has written, whatever is wrong with it. */
export function isGateReport(json: unknown): boolean {
  const root = asObject(json);
  return root?.schemaVersion === 1 && 'judgedAt' in root && Array.isArray(root.vulnerabilities);
}

/**
 * Reads what an earlier run of the gate has found in an image, from its JSON report. What was decided then is left out.
 * @param file name for messages.
 * @throws PilotError INPUT_INVALID
 */
export function parseGateReport(json: unknown, file: string): ExaminedImage {
  const root = asObject(json);
  const [image, digest] = [asString(root?.image), asString(root?.digest)];
  if (!isGateReport(json) || root === undefined || image === undefined || digest === undefined || !isDigest(digest)) {
    throw invalid(file, 'it is no report of the gate');
  }
  return {
    image,
    digest,
    platforms: textsOf(root.platforms),
    vulnerabilities: asArray(root.vulnerabilities).map((entry, index) => {
      const found = vulnerabilityOf(asObject(entry) ?? {});
      if (found === undefined) throw invalid(file, `its vulnerability ${index + 1} has no id, package or version`);
      return found;
    }),
  };
}

/** Of a vulnerability what it is known by, and what exceptions look at. */
function vulnerabilityOf(entry: Fields): FoundVulnerability | undefined {
  const [id, name, version] = [asString(entry.id), asString(entry.package), asString(entry.version)];
  if (id === undefined || name === undefined || version === undefined) return undefined;
  const severity = ratedSeverities.find((one) => one === entry.severity) ?? 'Unknown';
  const aliases = textsOf(entry.aliases);
  const cvssScore = asNumber(entry.cvssScore);
  const optional = Object.fromEntries(
    (['packageType', 'purl', 'path', 'layer', 'fixVersion'] as const).flatMap((key) => {
      const text = asString(entry[key]);
      return text === undefined ? [] : [[key, text]];
    }),
  );
  return {
    ...optional,
    id,
    package: name,
    version,
    severity,
    platforms: textsOf(entry.platforms),
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(cvssScore === undefined ? {} : { cvssScore }),
  };
}

function textsOf(value: unknown): readonly string[] {
  return asArray(value).flatMap((one) => asString(one) ?? []);
}

function invalid(file: string, why: string): PilotError {
  return new PilotError('INPUT_INVALID', `${file}: ${why}`, {
    hint: 'Give the gate-report.json that a run of scan-gate has written.',
  });
}
