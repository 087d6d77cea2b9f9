import { asString } from '@harbor-pilot/core';
import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { removeRepository } from '../registry/removal.ts';
import { readBody } from '../server/body.ts';
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

const keys: Keys<Repository> = {
  name: (repository) => repository.name,
  creation_time: (repository) => repository.createdAt,
  update_time: (repository) => repository.updatedAt,
  pull_count: (repository) => repository.pullCount,
};

function listAll(harbor: Harbor, exchange: Exchange): void {
  const items = harbor.repositories.all().filter(({ projectId }) => {
    const project = harbor.projects.byId(projectId);
    return project !== undefined && harbor.authorizer.sees(exchange.principal, project);
  });
  answerList(exchange, { items, keys, view: (repository) => viewRepository(harbor, repository) });
}

function listOfProject(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireNamedProject(exchange, 'repository:list');
  const items = harbor.repositories.ofProject(project.id);
  answerList(exchange, { items, keys, view: (repository) => viewRepository(harbor, repository) });
}

function showRepository(harbor: Harbor, exchange: Exchange): void {
  const { repository } = requireRepository(harbor, exchange, 'repository:read');
  exchange.json(200, viewRepository(harbor, repository));
}

async function describeRepository(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'repository', { description: 'string' });
  const { repository } = requireRepository(harbor, exchange, 'repository:update');
  harbor.repositories.describe(repository.id, asString(body.description) ?? '', timeOf(harbor));
  exchange.empty(200);
}

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
