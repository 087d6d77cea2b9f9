import { PilotError } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { requireFreeTag } from '../policy/immutability.ts';
import { requireRoom } from '../policy/quota.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import type { Repository } from '../store/repositories.ts';
import { touchRepository } from './touch.ts';

/** What is copied where. */
export interface Copy {
  readonly source: Repository;
  readonly artifact: Artifact;
  readonly project: Project;
  /** The full name of the target. */
  readonly repository: string;
  readonly now: string;
}

/**
 * Refuses a copy for which a project's quota has no room.
 * @throws Refusal 403.
 */
export function requireRoomForCopy(harbor: Harbor, project: Project, artifact: Artifact): void {
  const missing = blobsBelow(harbor, artifact).filter((digest) => !harbor.quotas.holds(project.id, digest));
  const sizes = missing.map((digest) => harbor.contents.sizeOf(digest) ?? 0);
  requireRoom(
    harbor,
    project,
    sizes.reduce((sum, size) => sum + size, 0),
  );
}

/** The blobs of an artifact, of its children and of all that hangs on them, each once. */
function blobsBelow(harbor: Harbor, artifact: Artifact, seen: Set<string> = new Set()): string[] {
  if (seen.has(artifact.digest)) return [];
  seen.add(artifact.digest);
  const children = harbor.artifacts.children(artifact.id).map(({ childId }) => childId);
  const accessories = harbor.accessories.about(artifact.repositoryId, artifact.digest);
  const below = [...children, ...accessories.map(({ artifactId }) => artifactId)].flatMap((id) => {
    const found = harbor.artifacts.byId(id);
    return found === undefined ? [] : blobsBelow(harbor, found, seen);
  });
  return [...new Set([...harbor.artifacts.blobsOf(artifact.id), ...below])];
}

/**
 * Copies an artifact with its tags, its children and everything that hangs on it. Where the target has the artifact, only
 * its tags are brought: what has been hung on it since stays behind.
 * @throws Refusal 412 for an immutable tag on another artifact.
 */
export function copyArtifact(harbor: Harbor, copy: Copy): Artifact {
  return harbor.database.transaction(() => {
    const target = harbor.repositories.ensure(copy.project.id, copy.repository, copy.now);
    const known = harbor.artifacts.byDigest(target.id, copy.artifact.digest);
    if (known !== undefined) copyTags(harbor, copy, target, copy.artifact, known.id);
    const artifact = known ?? harbor.artifacts.byId(copyOne(harbor, copy, target, copy.artifact));
    if (artifact === undefined) throw new PilotError('INTERNAL', `${copy.artifact.digest} was not copied`);
    return artifact;
  });
}

function copyOne(harbor: Harbor, copy: Copy, target: Repository, artifact: Artifact): number {
  const known = harbor.artifacts.byDigest(target.id, artifact.digest);
  if (known !== undefined) return known.id;
  const id = createCopy(harbor, copy, target, artifact);
  for (const { artifactId, subject, type } of harbor.accessories.about(copy.source.id, artifact.digest)) {
    const attached = harbor.artifacts.byId(artifactId);
    if (attached === undefined) continue;
    const copied = copyOne(harbor, copy, target, attached);
    harbor.accessories.put({ artifactId: copied, repositoryId: target.id, subject, type, createdAt: copy.now });
  }
  copyTags(harbor, copy, target, artifact, id);
  return id;
}

function copyTags(harbor: Harbor, copy: Copy, target: Repository, artifact: Artifact, id: number): void {
  for (const { name } of harbor.tags.ofArtifact(artifact.id)) {
    if (harbor.tags.byName(target.id, name)?.artifactId === id) continue;
    requireFreeTag(harbor, target, name);
    harbor.tags.put(target.id, id, name, copy.now);
    touchRepository(harbor, target.id);
  }
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
    if (digest === artifact.digest) harbor.contents.linkManifest(target.name, digest);
    else harbor.contents.link(target.name, digest, harbor.contents.sizeOf(digest) ?? 0);
    harbor.quotas.count(copy.project.id, digest);
  }
  touchRepository(harbor, target.id);
  const id = harbor.artifacts.create({ ...fields, repositoryId: target.id, pushedAt: copy.now }, blobs);
  children.forEach((child, position) => {
    harbor.artifacts.addChild({ ...child, parentId: id, childId: childIds[position] ?? child.childId });
  });
  return id;
}
