import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Api } from './api.ts';
import {
  filled,
  type HarborObject,
  newestForm,
  parseOptionalDigest,
  parseScanner,
  parseTime,
  requireDigest,
  requireObject,
} from './parsing.ts';
import { artifactPath } from './paths.ts';
import type { Accessory, HarborArtifact, ScanOverview, ScanStatus } from './types.ts';

/** Asks for either form of a report, the newer one first. */
export const reportForms = {
  'x-accept-vulnerabilities':
    'application/vnd.security.vulnerability.report; version=1.1, application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0',
};

/** Harbor's record of a manifest with the summary of its last scan. */
export async function getArtifact(
  api: Api,
  project: string,
  repository: string,
  reference: string,
): Promise<HarborArtifact> {
  const what = `read the artifact ${project}/${repository} ${reference}`;
  const response = await api.call({
    method: 'GET',
    path: `${artifactPath(project, repository, reference)}?with_tag=true&with_label=true&with_scan_overview=true`,
    what,
    expect: [200],
    headers: reportForms,
    project,
    permission: 'artifact: read',
  });
  const object = requireObject(await response.json(), what);
  return {
    digest: requireDigest(object.digest, what),
    mediaType: asString(object.manifest_media_type) ?? '',
    sizeBytes: asNumber(object.size) ?? 0,
    tags: names(object.tags),
    labels: names(object.labels),
    children: asArray(object.references).flatMap((child) => parseOptionalDigest(asObject(child)?.child_digest) ?? []),
    scan: parseScanOverview(object.scan_overview),
  };
}

function names(value: unknown): string[] {
  return asArray(value).flatMap((entry) => asString(asObject(entry)?.name) ?? []);
}

/** The summary of a scan; a missing one is `absent`, and a state that is not known is one that is not over. */
export function parseScanOverview(value: unknown): ScanOverview {
  const overview = newestForm(value);
  if (overview === undefined) return { status: 'absent' };
  const reportId = filled(overview.report_id);
  const severity = filled(overview.severity);
  const scanner = parseScanner(overview.scanner);
  const startedAt = parseTime(overview.start_time);
  const endedAt = parseTime(overview.end_time);
  return {
    status: parseStatus(overview),
    ...(reportId === undefined ? {} : { reportId }),
    ...(severity === undefined ? {} : { severity }),
    ...(scanner === undefined ? {} : { scanner }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function parseStatus(overview: HarborObject): ScanStatus {
  const status = asString(overview.scan_status)?.toLowerCase() ?? '';
  const known: readonly ScanStatus[] = ['Pending', 'Running', 'Success', 'Error', 'Stopped'];
  return known.find((candidate) => candidate.toLowerCase() === status) ?? 'Pending';
}

/** Harbor's records of what refers to a manifest. */
export async function listAccessories(
  api: Api,
  project: string,
  repository: string,
  digest: Digest,
): Promise<readonly Accessory[]> {
  const what = `list the accessories of ${project}/${repository}@${digest}`;
  const path = `${artifactPath(project, repository, digest)}/accessories`;
  const accessories: Accessory[] = [];
  for await (const entry of api.list({ path, what, project, permission: 'accessory: list' })) {
    const object = requireObject(entry, what);
    accessories.push({
      digest: requireDigest(object.digest, what),
      subjectDigest: parseOptionalDigest(object.subject_artifact_digest) ?? digest,
      type: asString(object.type) ?? '',
    });
  }
  return accessories;
}
