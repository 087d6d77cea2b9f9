import { mediaTypes } from '@harbor-pilot/oci';
import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { requirePullable } from '../policy/pull.ts';
import type { Exchange } from '../server/exchange.ts';
import { notFound } from '../server/refusal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import type { Repository } from '../store/repositories.ts';
import { registryFault, registryHeaders } from './faults.ts';
import { formatArtifact, isDigestReference } from './target.ts';

interface ManifestTarget {
  readonly repository: string;
  readonly reference: string;
}

/** Gives out a manifest, or says by HEAD which one there is. */
export async function pullManifest(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: ManifestTarget,
): Promise<void> {
  const { repository, artifact } = requireArtifactOf(harbor, target.repository, target.reference);
  await requirePullable(harbor, exchange, project, artifact);
  const known = [artifact.digest, `"${artifact.digest}"`];
  if (known.includes(exchange.header('if-none-match') ?? '')) return exchange.empty(304);
  const manifest = harbor.contents.manifest(artifact.digest);
  if (manifest === undefined) throw registryFault(404, { code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' });
  requireAccepted(exchange, artifact.manifestMediaType, manifest.bytes);
  const isUncounted =
    harbor.configuration.values.scanner_skip_update_pulltime &&
    harbor.authorizer.isScanner(exchange.principal, project);
  if (exchange.method === 'GET' && !isUncounted) countPull(harbor, exchange, repository, artifact, target.reference);
  exchange.send(200, manifest.bytes, {
    ...registryHeaders,
    'Content-Type': artifact.manifestMediaType,
    'Docker-Content-Digest': artifact.digest,
    Etag: `"${artifact.digest}"`,
  });
}

/**
 * The artifact of a tag or digest in the repository of a name. Only a tag makes Harbor look for the repository first.
 * @throws Refusal 404.
 */
export function requireArtifactOf(
  harbor: Pick<Harbor, 'artifacts' | 'repositories'>,
  name: string,
  reference: string,
): { repository: Repository; artifact: Artifact } {
  const repository = harbor.repositories.byName(name);
  if (repository === undefined && !isDigestReference(reference)) throw notFound(`repository ${name} not found`);
  const artifact = repository && findArtifact(harbor, repository, reference);
  if (repository === undefined || artifact === undefined) {
    throw notFound(`artifact ${formatArtifact(name, reference)} not found`);
  }
  return { repository, artifact };
}

/** The artifact of a tag or digest in a repository. */
export function findArtifact(
  harbor: Pick<Harbor, 'artifacts'>,
  repository: Repository,
  reference: string,
): Artifact | undefined {
  return isDigestReference(reference)
    ? harbor.artifacts.byDigest(repository.id, reference)
    : harbor.artifacts.byTag(repository.id, reference);
}

/** OCI manifests go only to those who name their type; a wildcard does not count. Nor is an index known that does not name its own (distribution 2.8). */
function requireAccepted(exchange: Exchange, mediaType: string, bytes: Uint8Array): void {
  const isIndex = mediaType === mediaTypes.ociIndex;
  const isNamed = mediaType === mediaTypes.ociManifest || (isIndex && namesType(bytes));
  const accepted = (exchange.header('accept') ?? '').split(',').map((part) => part.split(';')[0]?.trim());
  if (!isNamed || accepted.includes(mediaType)) return;
  const [one, many] = isIndex ? ['index', 'indexes'] : ['manifest', 'manifests'];
  const message = `OCI ${one} found, but accept header does not support OCI ${many}`;
  throw registryFault(404, { code: 'MANIFEST_UNKNOWN', message });
}

const namesType = (bytes: Uint8Array): boolean => Boolean(JSON.parse(Buffer.from(bytes).toString()).mediaType);

function countPull(
  harbor: Harbor,
  exchange: Exchange,
  repository: Repository,
  artifact: Artifact,
  reference: string,
): void {
  const now = timeOf(harbor);
  harbor.database.transaction(() => {
    harbor.repositories.countPull(repository.id, now);
    harbor.artifacts.touch(artifact.id, now);
    if (harbor.version.datesIndexes) harbor.artifacts.touchParents(artifact.id, now);
    const tag = harbor.tags.byName(repository.id, reference);
    if (tag !== undefined) harbor.tags.touch(tag.id, now);
    audit(harbor, exchange, repository.projectId, {
      operation: 'pull',
      type: 'artifact',
      resource: formatArtifact(repository.name, reference),
      description: `pull artifact: ${formatArtifact(repository.name, artifact.digest)}`,
    });
  });
}
