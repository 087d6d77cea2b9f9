import type { Harbor } from '../harbor.ts';
import { requireMovable } from '../policy/immutability.ts';
import { requireRoom } from '../policy/quota.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import type { Repository } from '../store/repositories.ts';

/** What is copied where. */
export interface Copy {
  readonly source: Repository;
  readonly artifact: Artifact;
  readonly project: Project;
  /** The full name of the target. */
  readonly repository: string;
  readonly tags: readonly string[];
  readonly now: string;
}

/**
 * Copies an artifact with its children and with everything that hangs on it.
 * @throws Refusal 403 for a full quota, 412 for an immutable tag on another artifact.
 */
export function copyArtifact(harbor: Harbor, copy: Copy): void {
  harbor.database.transaction(() => {
    const { artifact, project } = copy;
    if (!harbor.quotas.holds(project.id, artifact.digest)) requireRoom(harbor, project, artifact.sizeBytes);
    const target = harbor.repositories.ensure(project.id, copy.repository, copy.now);
    const id = copyOne(harbor, copy, target, artifact);
    for (const tag of copy.tags) {
      if (harbor.tags.byName(target.id, tag)?.artifactId === id) continue;
      requireMovable(harbor, target, tag);
      harbor.tags.put(target.id, id, tag, copy.now);
    }
  });
}

function copyOne(harbor: Harbor, copy: Copy, target: Repository, artifact: Artifact): number {
  const known = harbor.artifacts.byDigest(target.id, artifact.digest);
  const id = known?.id ?? createCopy(harbor, copy, target, artifact);
  for (const accessory of harbor.accessories.about(copy.source.id, artifact.digest)) {
    const attached = harbor.artifacts.byId(accessory.artifactId);
    if (attached === undefined) continue;
    const artifactId = copyOne(harbor, copy, target, attached);
    const { subject, type } = accessory;
    harbor.accessories.put({ artifactId, repositoryId: target.id, subject, type, createdAt: copy.now });
    for (const { name } of harbor.tags.ofArtifact(attached.id)) harbor.tags.put(target.id, artifactId, name, copy.now);
  }
  return id;
}

function createCopy(harbor: Harbor, copy: Copy, target: Repository, artifact: Artifact): number {
  const { id: _id, pulledAt: _pulledAt, ...fields } = artifact;
  const children = harbor.artifacts.children(artifact.id);
  const childIds = children.map(({ childId }) => {
    const child = harbor.artifacts.byId(childId);
    return child === undefined ? childId : copyOne(harbor, copy, target, child);
  });
  const blobs = harbor.artifacts.blobsOf(artifact.id);
  for (const digest of blobs) {
    if (digest !== artifact.digest) harbor.contents.link(target.name, digest, harbor.contents.sizeOf(digest) ?? 0);
    harbor.quotas.count(copy.project.id, digest);
  }
  const id = harbor.artifacts.create({ ...fields, repositoryId: target.id, pushedAt: copy.now }, blobs);
  children.forEach((child, position) => {
    harbor.artifacts.addChild({ ...child, parentId: id, childId: childIds[position] ?? child.childId });
  });
  return id;
}
