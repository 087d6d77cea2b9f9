import { asObject, asString, PilotError } from '@harbor-pilot/core';
import { readCyclonedx } from './cyclonedx.ts';
import { readGitlab } from './gitlab.ts';
import { readGrype } from './grype.ts';
import { type LongJson, openLongJson } from './long-json.ts';
import { readSarif } from './sarif.ts';
import type { ScanFile } from './scan-file.ts';
import { readTrivy } from './trivy.ts';

/** All lists of the formats below that grow with what is in an image. */
const longLists: ReadonlySet<string> = new Set([
  'Results.*.Vulnerabilities',
  'Results.*.Packages',
  'Results.*.Misconfigurations',
  'Results.*.Secrets',
  'Results.*.Licenses',
  'Results.*.ExperimentalModifiedFindings',
  'matches',
  'ignoredMatches',
  'alertsByPackage',
  'runs.*.results',
  'runs.*.tool.driver.rules',
  'runs.*.artifacts',
  'vulnerabilities',
  'components',
  'dependencies',
]);

type Read = (json: LongJson, hasLooked: boolean) => Promise<ScanFile>;

/**
 * Reads the report of a scanner: JSON of Trivy, Grype, SARIF, GitLab's container scanning, or CycloneDX with
 * vulnerabilities. The content tells which it is, not the name of the file. Long reports are read an entry at a time.
 * @param hasLooked whether it is known that the scanner was to look for vulnerabilities, which not all reports tell.
 * @throws PilotError FILE_UNREADABLE; INPUT_INVALID when it is empty, cut short, or none of these; CONTENT_HOSTILE beyond
 * the limits; SCAN_FAILED when it is one of these and does not say that somebody has looked for vulnerabilities.
 */
export async function readScanFile(file: string, signal?: AbortSignal, hasLooked = false): Promise<ScanFile> {
  const json = await openLongJson(file, longLists, signal);
  try {
    const read = readerFor(asObject(json.outline) ?? {});
    if (read !== undefined) return await read(json, hasLooked);
  } finally {
    await json.close();
  }
  throw new PilotError('INPUT_INVALID', `nobody knows the format of the report ${file}`, {
    hint: 'Give JSON of Trivy (--format json), Grype (--output json), SARIF 2.1.0, GitLab container scanning, or CycloneDX with vulnerabilities.',
  });
}

function readerFor(outline: Readonly<Record<string, unknown>>): Read | undefined {
  if (outline.SchemaVersion === 2 && 'ArtifactName' in outline) return readTrivy;
  if (asString(asObject(outline.descriptor)?.name) === 'grype') return readGrype;
  if (outline.version === '2.1.0' && Array.isArray(outline.runs)) return readSarif;
  if (outline.bomFormat === 'CycloneDX') return readCyclonedx;
  if (asObject(outline.scan) !== undefined && Array.isArray(outline.vulnerabilities)) return readGitlab;
  return undefined;
}
