import { isIndexType, isTag, manifestSizeLimitBytes } from '@harbor-pilot/oci';
import { audit } from '../audit-trail.ts';
import type { Harbor } from '../harbor.ts';
import { requireMovable } from '../policy/immutability.ts';
import { requireRoom } from '../policy/quota.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, internalError, notFound } from '../server/refusal.ts';
import type { Project } from '../store/projects.ts';
import { recordArtifact } from './artifact-record.ts';
import { answerNothing, digestInvalid, manifestTooLarge, registryFault, registryHeaders } from './faults.ts';
import { type PushedManifest, readManifest } from './manifest.ts';
import { dockerForeignLayer, partsOf, requireParts } from './manifest-parts.ts';
import { requireArtifactOf } from './manifest-pull.ts';
import { formatArtifact, isDigestReference } from './target.ts';

interface ManifestTarget {
  readonly repository: string;
  readonly reference: string;
}

/** Takes a manifest, by tag or by digest. */
export async function pushManifest(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: ManifestTarget,
): Promise<void> {
  const { repository, reference } = target;
  const tag = isDigestReference(reference) ? undefined : reference;
  if (tag !== undefined) requireMovable(harbor, harbor.repositories.byName(repository), tag);
  const bytes = await exchange.body(manifestSizeLimitBytes, manifestTooLarge);
  const manifest = readManifest(bytes, exchange.header('content-type') ?? '');
  requireRoomFor(harbor, project, manifest);
  const isName = tag === undefined || isTag(tag);
  // Until Harbor itself looked at names, the registry did.
  if (!isName && !harbor.version.checksTagNames) return answerNothing(exchange);
  if (tag === undefined && reference !== manifest.digest) throw registryFault(400, digestInvalid);
  requireParts(manifest, (digest) => hasPart(harbor, repository, manifest, digest));
  requireReadable(harbor, repository, manifest);
  if (!isName) throw badRequest(`bad request: invalid tag name: ${tag}`);
  const { artifact, isNew } = await recordArtifact(harbor, project, repository, manifest, tag);
  recordPush(harbor, exchange, project.id, { repository, digest: manifest.digest, tag, isNew });
  harbor.scanJobs.onPush(project, repository, artifact);
  exchange.empty(201, {
    ...registryHeaders,
    'Docker-Content-Digest': manifest.digest,
    Location: `${exchange.origin}/v2/${repository}/manifests/${manifest.digest}`,
    ...(manifest.subject === undefined ? {} : { 'Oci-Subject': manifest.subject }),
  });
}

/**
 * Refuses what the registry has taken and Harbor cannot keep: an index may have a child once only (v2.15.2,
 * make/migrations/postgresql/0030_2.0.0_schema.up.sql).
 * @throws Refusal 404 or 500.
 */
function requireReadable(harbor: Harbor, repository: string, { digest, children, isReadable }: PushedManifest): void {
  if (!isReadable) throw internalError();
  const digests = new Set(children.map((child) => child.digest));
  for (const child of digests) requireArtifactOf(harbor, repository, child);
  if (digests.size < children.length) throw notFound(`artifact ${formatArtifact(repository, digest)} not found`);
}

/** A manifest and those of its parts that the project does not have yet have to find room, whether they are there or not. */
function requireRoomFor(harbor: Harbor, project: Project, manifest: PushedManifest): void {
  if (harbor.quotas.holds(project.id, manifest.digest)) return;
  const missing = partsOf(manifest).filter(
    ({ digest, mediaType }) => mediaType !== dockerForeignLayer && !harbor.quotas.holds(project.id, digest),
  );
  requireRoom(
    harbor,
    project,
    missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, manifest.bytes.length),
  );
}

/**
 * Whether the registry has what a manifest refers to. For an index it takes every blob for a manifest, and it keeps those whose
 * artifacts are deleted.
 */
function hasPart(harbor: Harbor, repository: string, manifest: PushedManifest, digest: string): boolean {
  if (harbor.contents.resolve(repository, digest) !== undefined) return true;
  if (!isIndexType(manifest.mediaType)) return false;
  const found = harbor.repositories.byName(repository);
  const isArtifact = found !== undefined && harbor.artifacts.byDigest(found.id, digest) !== undefined;
  return isArtifact || harbor.contents.hasManifest(repository, digest);
}

/** A tag put on something that was there before is a tag, not a push. */
function recordPush(
  harbor: Harbor,
  exchange: Exchange,
  projectId: number,
  pushed: {
    readonly repository: string;
    readonly digest: string;
    readonly tag: string | undefined;
    readonly isNew: boolean;
  },
): void {
  const { repository, digest, tag, isNew } = pushed;
  if (!isNew && tag === undefined) return;
  const resource = formatArtifact(repository, tag ?? digest);
  audit(harbor, exchange, projectId, {
    operation: 'create',
    type: isNew ? 'artifact' : 'tag',
    resource,
    ...(isNew ? { description: `push artifact: ${formatArtifact(repository, digest)}` } : {}),
  });
}
