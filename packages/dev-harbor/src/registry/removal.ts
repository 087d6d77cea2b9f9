import type { Harbor } from '../harbor.ts';
import { requireTagsDeletable } from '../policy/immutability.ts';
import { Refusal } from '../server/refusal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Repository } from '../store/repositories.ts';
import { touchRepository } from './touch.ts';

type Stores = Pick<
  Harbor,
  | 'version'
  | 'clock'
  | 'database'
  | 'artifacts'
  | 'accessories'
  | 'tags'
  | 'quotas'
  | 'repositories'
  | 'immutableRules'
  | 'reports'
>;

/**
 * Removes an artifact with its tags, everything that hangs on it, and those children of an index that nobody else needs.
 * @throws Refusal 412 for an immutable tag, and for a child of an index.
 */
export function removeArtifact(harbor: Stores, repository: Repository, artifact: Artifact): void {
  harbor.database.transaction(() => {
    if (harbor.artifacts.isChild(artifact.id)) {
      const message = 'the deleting artifact is referenced by others';
      throw new Refusal(412, [{ code: 'VIOLATE_FOREIGN_KEY_CONSTRAINT', message }]);
    }
    for (const accessory of harbor.accessories.about(repository.id, artifact.digest)) {
      const attached = harbor.artifacts.byId(accessory.artifactId);
      // What hangs on an artifact may be a child of an index as well, which keeps it.
      if (attached !== undefined && !harbor.artifacts.isChild(attached.id))
        removeArtifact(harbor, repository, attached);
    }
    requireTagsDeletable(harbor, repository, artifact);
    const children = harbor.artifacts.children(artifact.id);
    const blobs = harbor.artifacts.blobsOf(artifact.id);
    harbor.artifacts.delete(artifact.id);
    touchRepository(harbor, repository.id);
    harbor.quotas.release(repository.projectId, blobs);
    for (const { childId } of children) {
      const child = harbor.artifacts.byId(childId);
      const isFree = harbor.tags.ofArtifact(childId).length === 0 && !harbor.artifacts.isChild(childId);
      if (child !== undefined && isFree) removeArtifact(harbor, repository, child);
    }
    for (const gone of [artifact, ...children.map(({ childId, digest }) => ({ id: childId, digest }))]) {
      harbor.reports.forget(gone);
    }
  });
}

/**
 * Removes a repository with all its artifacts.
 * @throws Refusal 412 for an immutable tag.
 */
export function removeRepository(harbor: Stores, repository: Repository): void {
  harbor.database.transaction(() => {
    const artifacts = harbor.artifacts.ofRepository(repository.id);
    for (const artifact of artifacts) requireTagsDeletable(harbor, repository, artifact);
    const blobs = artifacts.flatMap(({ id }) => harbor.artifacts.blobsOf(id));
    harbor.repositories.delete(repository.id);
    for (const artifact of artifacts) harbor.reports.forget(artifact);
    harbor.quotas.release(repository.projectId, blobs);
  });
}
