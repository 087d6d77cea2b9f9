import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Api } from './api.ts';
import {
  filled,
  type HarborObject,
  newestForm,
  parseOptionalDigest,
  parsePlatform,
  parseScanner,
  parseTime,
  requireDigest,
  requireObject,
} from './parsing.ts';
import { artifactPath } from './paths.ts';
import type { Accessory, HarborArtifact, SbomOverview, ScanOverview, ScanStatus } from './types.ts';

/** Asks for either form of a report, the newer one first. */
export const reportForms = {
  'x-accept-vulnerabilities':
    'application/vnd.security.vulnerability.report; version=1.1, application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0',
};

const parts = ['tag', 'label', 'accessory', 'scan_overview', 'sbom_overview']
  .map((part) => `with_${part}=true`)
  .join('&');

/** Harbor's record of a manifest with the summary of its last scans. */
export async function getArtifact(
  api: Api,
  project: string,
  repository: string,
  reference: string,
): Promise<HarborArtifact> {
  const what = `read the artifact ${project}/${repository} ${reference}`;
  const response = await api.call({
    method: 'GET',
    path: `${artifactPath(project, repository, reference)}?${parts}`,
    what,
    expect: [200],
    headers: reportForms,
    project,
    permission: 'artifact: read',
  });
  const object = requireObject(await response.json(), what);
  const digest = requireDigest(object.digest, what);
  const children = asArray(object.references).flatMap(parseChild);
  return {
    digest,
    mediaType: asString(object.manifest_media_type) ?? '',
    sizeBytes: asNumber(object.size) ?? 0,
    tags: names(object.tags),
    labels: names(object.labels),
    children: children.map(({ child }) => child),
    platforms: new Map(children.flatMap(({ child, platform }) => (platform === undefined ? [] : [[child, platform]]))),
    accessories: asArray(object.accessories).map((accessory) => parseAccessory(accessory, digest, what)),
    scan: parseScanOverview(newestForm(object.scan_overview)),
    sbom: parseSbomOverview(asObject(object.sbom_overview)),
    isScannable: asObject(object.addition_links)?.vulnerabilities !== undefined,
  };
}

/** Those tags of an artifact that a rule of the project makes immutable. */
export async function getImmutableTags(
  api: Api,
  project: string,
  repository: string,
  reference: string,
): Promise<readonly string[]> {
  const what = `read which tags of ${project}/${repository} ${reference} are immutable`;
  const response = await api.call({
    method: 'GET',
    path: `${artifactPath(project, repository, reference)}?with_tag=true&with_immutable_status=true`,
    what,
    expect: [200],
    project,
    permission: 'artifact: read',
  });
  const { tags } = requireObject(await response.json(), what);
  return names(asArray(tags).filter((tag) => asObject(tag)?.immutable === true));
}

function parseChild(value: unknown): { child: Digest; platform: string | undefined }[] {
  const reference = asObject(value);
  const child = parseOptionalDigest(reference?.child_digest);
  return child === undefined ? [] : [{ child, platform: parsePlatform(reference?.platform) }];
}

function names(value: unknown): string[] {
  return asArray(value).flatMap((entry) => asString(asObject(entry)?.name) ?? []);
}

/** The summary of a scan; a missing one is `absent`, and a state that is not known is one that is not over. */
function parseScanOverview(overview: HarborObject | undefined): ScanOverview {
  if (overview === undefined) return { status: 'absent' };
  const reportId = filled(overview.report_id);
  const severity = filled(overview.severity);
  const total = asNumber(asObject(overview.summary)?.total);
  const scanner = parseScanner(overview.scanner);
  const startedAt = parseTime(overview.start_time);
  const endedAt = parseTime(overview.end_time);
  return {
    status: parseStatus(overview),
    ...(reportId === undefined ? {} : { reportId }),
    ...(severity === undefined ? {} : { severity }),
    ...(total === undefined ? {} : { total }),
    ...(scanner === undefined ? {} : { scanner }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

/** A finished one without a digest is none: somebody has deleted the document. */
function parseSbomOverview(overview: HarborObject | undefined): SbomOverview {
  const sbomDigest = parseOptionalDigest(overview?.sbom_digest);
  const scan = parseScanOverview(overview);
  if (scan.status === 'Success' && sbomDigest === undefined) return { status: 'absent' };
  return { ...scan, ...(sbomDigest === undefined ? {} : { sbomDigest }) };
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
    accessories.push(parseAccessory(entry, digest, what));
  }
  return accessories;
}

function parseAccessory(value: unknown, subjectDigest: Digest, what: string): Accessory {
  const accessory = requireObject(value, what);
  return {
    digest: requireDigest(accessory.digest, what),
    subjectDigest: parseOptionalDigest(accessory.subject_artifact_digest) ?? subjectDigest,
    type: asString(accessory.type) ?? '',
  };
}
