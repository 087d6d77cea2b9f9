import { asString } from '@harbor-pilot/core';
import { audit } from '../audit-trail.ts';
import type { Harbor } from '../harbor.ts';
import { removeRepository } from '../registry/removal.ts';
import { type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import type { Route } from '../server/router.ts';
import type { Repository } from '../store/repositories.ts';
import { requireRepository } from './lookup.ts';

/** Repositories. */
export const repositoryRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/repositories', handle: listAll, lists: true },
  { method: 'GET', pattern: '/projects/{project}/repositories', handle: listOfProject, lists: true },
  { method: 'GET', pattern: '/projects/{project}/repositories/{repository}', handle: showRepository },
  { method: 'PUT', pattern: '/projects/{project}/repositories/{repository}', handle: describeRepository },
  { method: 'DELETE', pattern: '/projects/{project}/repositories/{repository}', handle: deleteRepository },
];

const order = '-creation_time,-repository_id';

function keysOf(harbor: Harbor): Keys<Repository> {
  return {
    repository_id: ({ id }) => id,
    name: ({ name }) => name,
    project_id: ({ projectId }) => projectId,
    description: ({ description }) => description,
    pull_count: ({ pullCount }) => pullCount,
    star_count: () => 0,
    creation_time: ({ createdAt }) => createdAt,
    update_time: ({ updatedAt }) => updatedAt,
    blob_digest: ({ id }) => harbor.artifacts.ofRepository(id).flatMap((one) => harbor.artifacts.blobsOf(one.id)),
  };
}

function answerRepositories(harbor: Harbor, exchange: Exchange, items: readonly Repository[]): void {
  const view = (repository: Repository) => viewRepository(harbor, repository);
  answerList(exchange, { items, keys: keysOf(harbor), view, sort: order });
}

function listAll(harbor: Harbor, exchange: Exchange): void {
  const items = harbor.repositories.all().filter(({ projectId }) => {
    const project = harbor.projects.byId(projectId);
    return project !== undefined && harbor.authorizer.sees(exchange.principal, project);
  });
  answerRepositories(harbor, exchange, items);
}

function listOfProject(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireNamedProject(exchange, 'repository:list');
  answerRepositories(harbor, exchange, harbor.repositories.ofProject(project.id));
}

function showRepository(harbor: Harbor, exchange: Exchange): void {
  const { repository } = requireRepository(harbor, exchange, 'repository:read');
  exchange.json(200, viewRepository(harbor, repository));
}

const fields: Fields = {
  id: 'integer',
  project_id: 'integer',
  name: 'string',
  description: 'string',
  artifact_count: 'integer',
  pull_count: 'integer',
};

/** A description is kept as it is written in HTML. */
async function describeRepository(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'repository', fields);
  const { repository } = requireRepository(harbor, exchange, 'repository:update');
  harbor.repositories.describe(repository.id, escapeHtml(asString(body.description) ?? ''));
  exchange.empty(200);
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '\uFFFD',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"'\0]/g, (character) => escapes[character] ?? '');

function deleteRepository(harbor: Harbor, exchange: Exchange): void {
  const { project, repository } = requireRepository(harbor, exchange, 'repository:delete');
  removeRepository(harbor, repository);
  audit(harbor, exchange, project.id, { operation: 'delete', type: 'repository', resource: repository.name });
  exchange.empty(200);
}

function viewRepository(harbor: Harbor, repository: Repository) {
  return {
    artifact_count: harbor.artifacts.count(repository.id),
    creation_time: repository.createdAt,
    ...(repository.description === '' ? {} : { description: repository.description }),
    id: repository.id,
    name: repository.name,
    project_id: repository.projectId,
    pull_count: repository.pullCount,
    update_time: repository.updatedAt,
  };
}
