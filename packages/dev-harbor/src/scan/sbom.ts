import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { asObject, asString } from '@harbor-pilot/core';
import { digestOf, isIndexType, mediaTypes } from '@harbor-pilot/oci';
import { timeOf } from '../harbor.ts';
import { recordArtifact } from '../registry/artifact-record.ts';
import { readManifest } from '../registry/manifest.ts';
import { removeArtifact } from '../registry/removal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import { scannedKey } from '../store/reports.ts';
import { zeroTime } from '../store/times.ts';
import type { ScanParts } from './jobs.ts';
import { mergeStatus, scannedParts } from './results.ts';
import { timesOf } from './views.ts';

/** Media type of the software bills of materials that Harbor has made. */
export const sbomType = 'application/vnd.goharbor.harbor.sbom.v1';

/** `sbom_overview` of an artifact. */
export interface SbomOverview {
  /** Once it is made. */
  readonly sbom_digest?: string;
  readonly [field: string]: unknown;
}

/** Seconds from now to the time zero, which are more than Harbor can count. */
const beforeTheBeginning = -9_223_372_036;

interface SbomTarget {
  readonly project: Project;
  readonly repository: string;
  readonly subject: Artifact;
}

/** Stores the bill of materials that a scanner delivered as an accessory. Gives its digest. */
export async function storeSbom(
  harbor: ScanParts,
  target: SbomTarget,
  report: unknown,
): Promise<{ sbom_digest: string; scanner: unknown }> {
  const { project, repository, subject } = target;
  const content = asObject(report);
  const document = Buffer.from(JSON.stringify(content?.sbom ?? {}));
  const config = Buffer.from(
    JSON.stringify({ architecture: '', os: '', config: {}, rootfs: { type: '', diff_ids: [] } }),
  );
  for (const bytes of [document, config]) await storeBlob(harbor, repository, bytes);
  const now = `${timeOf(harbor).slice(0, 19)}Z`;
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: sbomType, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: sbomType, digest: digestOf(document), size: document.length }],
    subject: {
      mediaType: subject.manifestMediaType,
      digest: subject.digest,
      size: harbor.contents.sizeOf(subject.digest) ?? 0,
    },
    annotations: {
      created: now,
      'created-by': 'Harbor',
      'org.opencontainers.artifact.created': now,
      'org.opencontainers.artifact.description': 'SPDX JSON SBOM',
    },
  };
  const pushed = readManifest(Buffer.from(JSON.stringify(manifest)), mediaTypes.ociManifest);
  await recordArtifact(harbor, project, repository, pushed, undefined);
  return { sbom_digest: pushed.digest, scanner: content?.scanner ?? null };
}

/**
 * `sbom_overview`; undefined when there never was a bill of materials, or when it was deleted. An index has none of its
 * own: its overview tells how the scan of its children went.
 */
export function sbomOverview(
  harbor: Pick<ScanParts, 'artifacts' | 'contents' | 'accessories' | 'reports'>,
  scanner: string,
  subject: Artifact,
): SbomOverview | undefined {
  if (isIndexType(subject.manifestMediaType)) return indexOverview(harbor, scanner, subject);
  const report = harbor.reports.find(scannedKey(subject, 'sbom'), scanner, 'sbom');
  if (report === undefined) return undefined;
  const { status, uuid } = report;
  if (status !== 'Success') {
    return { report_id: uuid, scan_status: status, start_time: zeroTime, end_time: zeroTime };
  }
  const content = asObject(report.content);
  const digest = asString(content?.sbom_digest) ?? '';
  if (harbor.artifacts.byDigest(subject.repositoryId, digest) === undefined) return undefined;
  return { ...timesOf([report]), scan_status: status, sbom_digest: digest, scanner: content?.scanner ?? null };
}

function indexOverview(
  harbor: Pick<ScanParts, 'artifacts' | 'contents' | 'accessories' | 'reports'>,
  scanner: string,
  index: Artifact,
): SbomOverview | undefined {
  const keys = scannedParts(harbor, index).map((part) => scannedKey(part, 'sbom'));
  const reports = keys.flatMap((key) => harbor.reports.find(key, scanner, 'sbom') ?? []);
  const [first, ...others] = reports.map(({ status }) => status);
  if (first === undefined || harbor.reports.askedFor(index.digest, 'sbom').length === 0) return undefined;
  const status = others.reduce(mergeStatus, first);
  if (status !== 'Running' && status !== 'Pending') return { ...timesOf(reports), scan_status: status };
  const { start_time } = timesOf(reports);
  return { scan_status: 'Running', start_time, end_time: zeroTime, duration: beforeTheBeginning };
}

/** Deletes the bills of materials of an artifact. */
export function removeSboms(harbor: ScanParts, subject: Artifact): void {
  const repository = harbor.repositories.byId(subject.repositoryId);
  if (repository === undefined) return;
  for (const accessory of harbor.accessories.about(repository.id, subject.digest)) {
    const artifact = harbor.artifacts.byId(accessory.artifactId);
    if (accessory.type === 'sbom.harbor' && artifact !== undefined) removeArtifact(harbor, repository, artifact);
  }
}

async function storeBlob(harbor: ScanParts, repository: string, bytes: Buffer): Promise<void> {
  const upload = randomUUID();
  await harbor.blobFiles.begin(upload);
  await harbor.blobFiles.append(upload, Readable.from([bytes]));
  await harbor.blobFiles.finish(upload, digestOf(bytes));
  harbor.contents.link(repository, digestOf(bytes), bytes.length);
}
