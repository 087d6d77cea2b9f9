import { asArray, asObject } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { isImmutable } from '../policy/immutability.ts';
import { iconOf, kindOf } from '../registry/artifact-kind.ts';
import { resultOf } from '../scan/results.ts';
import { sbomOverview } from '../scan/sbom.ts';
import { scanOverview, wantedMimeType } from '../scan/views.ts';
import type { Exchange } from '../server/exchange.ts';
import { flagQuery } from '../server/parameters.ts';
import { apiBase } from '../server/router.ts';
import type { Accessory } from '../store/accessories.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import type { Repository } from '../store/repositories.ts';
import type { Tag } from '../store/tags.ts';
import { viewLabel } from './labels.ts';

// Harbor's own pictures, by the digests under which it serves them.
const accessoryIcons: Readonly<Record<string, string>> = {
  'signature.cosign': 'sha256:20401d5b3a0f6dbc607c8d732eb08471af4ae6b19811a4efce8c6a724aed2882',
  'signature.notation': 'sha256:3ac706e102bbe9362b400aa162df58135d35e66b9c3bee2165de92022d25fe34',
  'sbom.harbor': 'sha256:c19f80c357cd7e90d2a01b9ae3e2eb62ce447a2662bb590a19177d72d550bdae',
};

/** Whose artifacts are written, and what can be said about their scans: nothing while the scanner does not answer. */
export interface ArtifactView {
  readonly project: Project;
  /** The scanner's registration. */
  readonly scanner: string | undefined;
  readonly isScannable: (artifact: Artifact) => boolean;
  /** The forms in which the scanner delivers what it finds. */
  readonly reportTypes: readonly string[];
}

/** Asks a project's scanner what it scans, once for all artifacts of an answer. */
export async function artifactViewOf(harbor: Harbor, project: Project): Promise<ArtifactView> {
  const scanner = harbor.scanJobs.scannerOf(project);
  if (scanner === undefined) return { project, scanner: undefined, isScannable: () => false, reportTypes: [] };
  const [isScannable, reportTypes] = await Promise.all([
    harbor.scanJobs.scannable(scanner),
    harbor.scanJobs.reportTypes(scanner),
  ]);
  return { project, scanner: scanner.uuid, isScannable, reportTypes };
}

/** An artifact as the API writes it, with the parts that the request asks for by `with_…`. */
export function viewArtifact(
  harbor: Harbor,
  exchange: Exchange,
  view: ArtifactView,
  repository: Repository,
  artifact: Artifact,
) {
  const asks = (part: string, usual = false): boolean => flagQuery(exchange, `with_${part}`, usual);
  const accessories = asks('accessory') ? harbor.accessories.about(repository.id, artifact.digest) : [];
  const tags = asks('tag', true) ? harbor.tags.ofArtifact(artifact.id) : [];
  const labels = asks('label') ? harbor.labels.ofArtifact(artifact.id) : [];
  const mimeType = wantedMimeType(exchange.header('x-accept-vulnerabilities'), view.reportTypes);
  const overviews = overviewsOf(harbor, view, artifact, {
    scan: asks('scan_overview') ? mimeType : undefined,
    sbom: asks('sbom_overview'),
  });
  const links = linksOf(harbor, view, repository, artifact, overviews.sbom_overview?.sbom_digest);
  return {
    accessories: orNull(accessories.map((accessory) => viewAccessory(repository, artifact, accessory))),
    ...(Object.keys(links).length === 0 ? {} : { addition_links: links }),
    ...(Object.keys(artifact.annotations).length === 0 ? {} : { annotations: artifact.annotations }),
    ...(artifact.artifactType === '' ? {} : { artifact_type: artifact.artifactType }),
    digest: artifact.digest,
    ...(Object.keys(artifact.attributes).length === 0 ? {} : { extra_attrs: artifact.attributes }),
    icon: iconOf(artifact.type),
    id: artifact.id,
    labels: orNull(labels.map(viewLabel)),
    manifest_media_type: artifact.manifestMediaType,
    ...(artifact.mediaType === '' ? {} : { media_type: artifact.mediaType }),
    project_id: view.project.id,
    pull_time: artifact.pulledAt,
    push_time: artifact.pushedAt,
    references: orNull(referencesOf(harbor, artifact)),
    repository_id: repository.id,
    repository_name: repository.name,
    ...overviews,
    size: artifact.sizeBytes,
    tags: orNull(tags.map((tag) => viewTag(harbor, repository, tag, asks('immutable_status')))),
    type: artifact.type,
  };
}

/** Harbor writes null for these lists when they are empty. */
const orNull = <Item>(list: readonly Item[]): readonly Item[] | null => (list.length === 0 ? null : list);

/** A tag as the API writes it. */
export function viewTag(harbor: Harbor, repository: Repository, tag: Tag, asksImmutable: boolean) {
  return {
    artifact_id: tag.artifactId,
    id: tag.id,
    immutable: asksImmutable && isImmutable(harbor, repository.projectId, repository.name, tag.name),
    name: tag.name,
    pull_time: tag.pulledAt,
    push_time: tag.pushedAt,
    repository_id: repository.id,
  };
}

/** An accessory as the API writes it. */
export function viewAccessory(repository: Repository, subject: Artifact, accessory: Accessory) {
  return {
    artifact_id: accessory.artifactId,
    creation_time: accessory.createdAt,
    digest: accessory.digest,
    icon: accessoryIcons[accessory.type] ?? '',
    id: accessory.id,
    size: accessory.sizeBytes,
    subject_artifact_digest: subject.digest,
    subject_artifact_id: subject.id,
    subject_artifact_repo: repository.name,
    type: accessory.type,
  };
}

/**
 * Where more about an image is found. What scanners can add is offered wherever one answers that scans it. The bill of
 * materials is an addition of its own artifact, whose digest is left out unless its overview was asked for: a quirk of
 * Harbor's.
 */
function linksOf(
  harbor: Harbor,
  { project, isScannable }: ArtifactView,
  repository: Repository,
  artifact: Artifact,
  sbomDigest = '',
) {
  const path = encodeURIComponent(encodeURIComponent(repository.name.slice(project.name.length + 1)));
  const base = `${apiBase}/projects/${project.name}/repositories/${path}/artifacts`;
  const link = (addition: string, digest = artifact.digest) => ({
    absolute: false,
    href: `${base}/${digest}/additions/${addition}`,
  });
  const { additions } = kindOf(harbor.version, artifact.mediaType, artifact.artifactType);
  return {
    ...Object.fromEntries(additions.map((addition) => [addition, link(addition)])),
    ...(isScannable(artifact) ? { sboms: link('sbom', sbomDigest), vulnerabilities: link('vulnerabilities') } : {}),
  };
}

function referencesOf(harbor: Harbor, artifact: Artifact) {
  return harbor.artifacts.children(artifact.id).map((child) => {
    const annotations = asObject(child.annotations) ?? {};
    const platform = asObject(child.platform);
    return {
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      child_digest: child.digest,
      child_id: child.childId,
      parent_id: artifact.id,
      ...(platform === undefined ? {} : { platform: viewPlatform(platform) }),
      urls: orNull(asArray(child.urls)),
    };
  });
}

/** Two fields bear the names that they have inside of Harbor. */
function viewPlatform(platform: Readonly<Record<string, unknown>>) {
  const texts = [
    ['architecture', platform.architecture],
    ['os', platform.os],
    ['OsVersion', platform['os.version']],
    ['variant', platform.variant],
  ].filter(([, text]) => text);
  return { OsFeatures: platform['os.features'] ?? null, ...Object.fromEntries(texts) };
}

function overviewsOf(
  harbor: Harbor,
  { scanner, isScannable }: ArtifactView,
  artifact: Artifact,
  asks: { scan: string | undefined; sbom: boolean },
) {
  if (scanner === undefined || !isScannable(artifact)) return {};
  const result = asks.scan === undefined ? undefined : resultOf(harbor, scanner, artifact);
  const sbom = asks.sbom ? sbomOverview(harbor, scanner, artifact) : undefined;
  return {
    ...(result === undefined || asks.scan === undefined ? {} : { scan_overview: scanOverview(result, asks.scan) }),
    ...(sbom === undefined ? {} : { sbom_overview: sbom }),
  };
}
