import { PilotError } from '@harbor-pilot/core';
import type { ScannedImage } from '@harbor-pilot/gate';
import { severities } from '@harbor-pilot/harbor';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';

/**
 * The report of Harbor's scan as cosign's vulnerability predicate (COSIGN_VULN_ATTESTATION_SPEC). Equal reports give equal
 * predicates: nothing of the run that attests is in it.
 * @param source URL of the report in Harbor.
 * @throws PilotError ANSWER_UNEXPECTED when the report does not say when it was made: whoever asks how old it is would get
 *   a wrong answer.
 */
export function scanRecordOf(scanned: ScannedImage, source: string, harborUrl: string): object {
  const { scannedAt } = scanned;
  if (scannedAt === undefined) {
    throw new PilotError('ANSWER_UNEXPECTED', `the report of ${scanned.digest} does not say when it was scanned`, {
      hint: 'Have it scanned once more, and look at the scanner when that does not help.',
    });
  }
  const [, name = 'unknown', version = ''] = /^(.*?)(?: v?(\d\S*))?$/.exec(scanned.scanner ?? 'unknown') ?? [];
  return {
    invocation: { parameters: [], uri: source, event_id: '', 'builder.id': harborUrl },
    scanner: {
      uri: `pkg:generic/${encodeURIComponent(name.toLowerCase())}${version === '' ? '' : `@${encodeURIComponent(version)}`}`,
      version,
      db: { uri: '', version: '' },
      result: {
        digest: scanned.digest,
        platforms: scanned.platforms,
        counts: countsOf(scanned.vulnerabilities),
        fixable: scanned.vulnerabilities.filter(({ fixVersion }) => fixVersion !== undefined).length,
        vulnerabilities: scanned.vulnerabilities.map(shortOf),
      },
    },
    metadata: { scanStartedOn: scannedAt, scanFinishedOn: scannedAt },
  };
}

/** Each severity has its count, also when it is 0, so that a policy can ask for that. */
function countsOf(vulnerabilities: readonly FoundVulnerability[]): Readonly<Record<string, number>> {
  const counts = Object.fromEntries(severities.map((severity) => [severity, 0]));
  for (const { severity } of vulnerabilities) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

/** Descriptions are left out: they are of the database, not of the image, and make most of a report. */
function shortOf(one: FoundVulnerability): object {
  const { id, version, fixVersion, severity, status, cvssScore, purl, platforms } = one;
  return { id, package: one.package, version, fixVersion, severity, status, cvssScore, purl, platforms };
}
