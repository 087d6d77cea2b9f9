import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { requiredQuery } from '../server/parameters.ts';
import type { Route } from '../server/router.ts';
import { viewBareProject, viewMetadata } from './project-view.ts';

/**
 * Finding projects and repositories by a part of their name, repositories also in other cases and the newest first. Robots find
 * only what is public.
 */
export const searchRoutes: readonly Route[] = [{ method: 'GET', pattern: '/search', handle: search }];

function search(harbor: Harbor, exchange: Exchange): void {
  const text = requiredQuery(exchange, 'q');
  const isUser = exchange.principal.kind === 'user';
  const seen = harbor.projects
    .all()
    .filter((one) => (isUser ? harbor.authorizer.sees(exchange.principal, one) : one.metadata.public === 'true'));
  const project = seen
    .filter(({ name }) => name.includes(text))
    .map((one) => ({ ...viewBareProject(harbor, exchange, one), metadata: viewMetadata(one) }));
  const repository = harbor.repositories.all().flatMap(({ id, name, projectId, pullCount }) => {
    const owner = seen.find((one) => one.id === projectId);
    if (owner === undefined || !name.toLowerCase().includes(text.toLowerCase())) return [];
    return {
      artifact_count: harbor.artifacts.count(id),
      project_id: owner.id,
      project_name: owner.name,
      ...(owner.metadata.public === 'true' ? { project_public: true } : {}),
      ...(pullCount > 0 ? { pull_count: pullCount } : {}),
      repository_name: name,
    };
  });
  exchange.json(200, { project, repository });
}
