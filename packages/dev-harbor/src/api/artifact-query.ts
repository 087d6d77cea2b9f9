import type { Harbor } from '../harbor.ts';
import { iconOf } from '../registry/artifact-kind.ts';
import { type Criteria, type Criterion, meets } from '../server/criteria.ts';
import type { Keys } from '../server/listing.ts';
import { badRequest, internalError } from '../server/refusal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Repository } from '../store/repositories.ts';

/** An artifact where it is. */
export interface Listed {
  readonly repository: Repository;
  readonly artifact: Artifact;
}

/** How artifacts are found and ordered by what they are; {@link filterArtifacts} knows the rest. */
export const artifactKeys: Keys<Listed> = {
  id: ({ artifact }) => artifact.id,
  type: ({ artifact }) => artifact.type,
  media_type: ({ artifact }) => artifact.mediaType,
  manifest_media_type: ({ artifact }) => artifact.manifestMediaType,
  artifact_type: ({ artifact }) => artifact.artifactType,
  project_id: ({ repository }) => repository.projectId,
  repository_id: ({ repository }) => repository.id,
  repository_name: ({ repository }) => repository.name,
  digest: ({ artifact }) => artifact.digest,
  size: ({ artifact }) => artifact.sizeBytes,
  push_time: ({ artifact }) => artifact.pushedAt,
  pull_time: ({ artifact }) => artifact.pulledAt,
  icon: ({ artifact }) => iconOf(artifact.type),
  annotations: ({ artifact }) => JSON.stringify(artifact.annotations),
  extra_attrs: ({ artifact }) => JSON.stringify(artifact.attributes),
};

/**
 * The artifacts that a list shows: neither accessories nor, unless `base=*` asks for them, untagged children of an index.
 * `tags` and `labels` have rules of their own.
 * @throws Refusal 400 for a condition of a form that they do not take.
 */
export function filterArtifacts(harbor: Harbor, listed: readonly Listed[], criteria: Criteria): Listed[] {
  const showsAll = asksForAll(criteria.get('base'));
  const hasTags = tagCondition(criteria.get('tags'));
  const hasLabels = labelCondition(criteria.get('labels'));
  return listed.filter(({ artifact: { id } }) => {
    if (harbor.accessories.ofArtifact(id) !== undefined) return false;
    const tags = harbor.tags.ofArtifact(id).map(({ name }) => name);
    const isShown = showsAll || tags.length > 0 || !harbor.artifacts.isChild(id);
    return isShown && hasTags(tags) && hasLabels(() => harbor.labels.ofArtifact(id).map((label) => label.id));
  });
}

function asksForAll(base: Criterion | undefined): boolean {
  if (base === undefined) return false;
  if (base.kind === 'exact' && base.value === '*') return true;
  throw badRequest('the value of "base" query can only be exact match value with "*"');
}

/** `tags=*` asks for what has tags, `tags=nil` for what has none. */
function tagCondition(tags: Criterion | undefined): (names: readonly string[]) => boolean {
  if (tags === undefined) return () => true;
  if (tags.kind === 'fuzzy') return (names) => names.some((name) => name.includes(tags.value));
  if (tags.kind !== 'exact') {
    throw badRequest('the value of "tags" query can only be fuzzy match value or exact match value');
  }
  if (tags.value === '*') return (names) => names.length > 0;
  return tags.value === 'nil' ? (names) => names.length === 0 : (names) => names.includes(tags.value);
}

/** Only `labels=(1 2)`, all of several ids. */
function labelCondition(labels: Criterion | undefined): (idsOf: () => readonly number[]) => boolean {
  if (labels === undefined) return () => true;
  if (labels.kind !== 'all' || !labels.values.every((value) => /^[+-]?\d+$/.test(value))) {
    throw badRequest('the value of "labels" query can only be integer list with intersetion relationship');
  }
  if (labels.values.length === 0) throw internalError();
  return (idsOf) => labels.values.every((value) => idsOf().includes(Number(value)));
}

/**
 * The newest artifacts of one type in each repository; what else is asked for counts for nothing here.
 * @throws Refusal 400 unless there is exactly one condition of a type.
 */
export function latestOf(listed: readonly Listed[], criteria: Criteria): Listed[] {
  const types = (['media_type', 'artifact_type'] as const).filter((key) => criteria.has(key));
  const [key] = types;
  const type = key && criteria.get(key);
  if (key === undefined || type === undefined || types.length !== 1) {
    throw badRequest(
      "bad request: either 'media_type' or 'artifact_type' must be specified, but not both, when querying with latest_in_repository",
    );
  }
  const newest = new Map<number, string>();
  for (const one of listed) {
    const { repository, artifact } = one;
    const isNewer = artifact.pushedAt > (newest.get(repository.id) ?? '');
    if (isNewer && meets(type, artifactKeys[key]?.(one))) newest.set(repository.id, artifact.pushedAt);
  }
  return listed.filter(({ repository, artifact }) => newest.get(repository.id) === artifact.pushedAt);
}
