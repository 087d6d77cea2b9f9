import { asString } from '@harbor-pilot/core';
import { isTag } from '@harbor-pilot/oci';
import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { requireDeletable } from '../policy/immutability.ts';
import { touchRepository } from '../registry/touch.ts';
import { readBody, requireText } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import { flagQuery } from '../server/parameters.ts';
import { badRequest, conflict, notFound } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { Tag } from '../store/tags.ts';
import { viewTag } from './artifact-view.ts';
import { requireArtifact, requireArtifactForList } from './lookup.ts';

const base = '/projects/{project}/repositories/{repository}/artifacts/{reference}/tags';

/** Tags of an artifact. */
export const tagRoutes: readonly Route[] = [
  { method: 'GET', pattern: base, handle: listTags, lists: true },
  { method: 'POST', pattern: base, handle: createTag },
  { method: 'DELETE', pattern: `${base}/{tag}`, handle: deleteTag },
];

const keys: Keys<Tag> = {
  id: ({ id }) => id,
  repository_id: ({ repositoryId }) => repositoryId,
  artifact_id: ({ artifactId }) => artifactId,
  name: ({ name }) => name,
  push_time: ({ pushedAt }) => pushedAt,
  pull_time: ({ pulledAt }) => pulledAt,
};

function listTags(harbor: Harbor, exchange: Exchange): void {
  const { repository, artifact } = requireArtifactForList(harbor, exchange, 'tag:list');
  const asksImmutable = flagQuery(exchange, 'with_immutable_status');
  const view = (tag: Tag) => viewTag(harbor, repository, tag, asksImmutable);
  answerList(exchange, { items: harbor.tags.ofArtifact(artifact.id), keys, view });
}

/** A tag that exists is never moved here: that takes a push. */
async function createTag(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'tag', { name: 'string' });
  const name = harbor.version.checksTagNames ? requireText(body, 'name') : (asString(body.name) ?? '');
  harbor.authorizer.requireNamedProject(exchange, 'tag:create');
  const { project, repository, artifact } = requireArtifact(harbor, exchange, 'tag:create');
  if (!isTag(name)) throw badRequest(`bad request: invalid tag name: ${name}`);
  if (harbor.tags.byName(repository.id, name) !== undefined) {
    throw conflict(`tag ${name} already exists under the repository ${repository.id}`);
  }
  harbor.tags.put(repository.id, artifact.id, name, timeOf(harbor));
  touchRepository(harbor, repository.id);
  audit(harbor, exchange, project.id, { operation: 'create', type: 'tag', resource: `${repository.name}:${name}` });
  exchange.empty(201);
}

function deleteTag(harbor: Harbor, exchange: Exchange): void {
  const { project, repository, artifact } = requireArtifact(harbor, exchange, 'tag:delete');
  const name = exchange.parameter('tag');
  const tag = harbor.tags.byName(repository.id, name);
  if (tag?.artifactId !== artifact.id) throw notFound(`tag ${name} attached to artifact ${artifact.id} not found`);
  requireDeletable(harbor, repository, name);
  harbor.tags.delete(tag.id);
  touchRepository(harbor, repository.id);
  audit(harbor, exchange, project.id, { operation: 'delete', type: 'tag', resource: `${repository.name}:${name}` });
  exchange.empty(200);
}
