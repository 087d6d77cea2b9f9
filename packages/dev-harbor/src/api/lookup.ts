import type { Harbor } from '../harbor.ts';
import { requireArtifactOf } from '../registry/manifest-pull.ts';
import type { Exchange } from '../server/exchange.ts';
import { criteriaOf } from '../server/listing.ts';
import { forbidden, notFound } from '../server/refusal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import type { Repository } from '../store/repositories.ts';

/** What a path below a repository names. */
export interface Located {
  readonly project: Project;
  readonly repository: Repository;
  readonly artifact: Artifact;
}

/**
 * Refuses a sender who lacks a permission in the project with an id. One that is not there is nobody's but the administrators'.
 * @throws Refusal 401 or 403.
 */
export function requireInProject(harbor: Harbor, exchange: Exchange, projectId: number, permission: string): void {
  const project = harbor.projects.byId(projectId);
  if (project !== undefined) harbor.authorizer.requireIn(exchange, project, permission);
  else harbor.authorizer.requireSignedIn(exchange);
  const isAdministrator = harbor.authorizer.isAdministrator(exchange.principal);
  if (project === undefined && !isAdministrator) throw forbidden('forbidden');
}

/** The full name of the repository in the path. */
export function repositoryName(exchange: Exchange): string {
  return `${exchange.parameter('project')}/${exchange.parameter('repository')}`;
}

/**
 * The project in the path, once it is known that its sender has the permission there. Administrators have it everywhere,
 * also in what is not there: of that they hear only what is missing below it.
 * @throws Refusal 401 or 403.
 */
export function findProject(harbor: Harbor, exchange: Exchange, permission: string): Project | undefined {
  const isKnown = harbor.projects.byName(exchange.parameter('project')) !== undefined;
  if (!isKnown && harbor.authorizer.isAdministrator(exchange.principal)) return undefined;
  return harbor.authorizer.requireNamedProject(exchange, permission);
}

/**
 * The repository in the path.
 * @throws Refusal 401, 403 or 404.
 */
export function requireRepository(
  harbor: Harbor,
  exchange: Exchange,
  permission: string,
): { project: Project; repository: Repository } {
  const project = findProject(harbor, exchange, permission);
  const name = repositoryName(exchange);
  const repository = harbor.repositories.byName(name);
  if (project === undefined || repository === undefined) throw notFound(`repository ${name} not found`);
  return { project, repository };
}

/**
 * The artifact in the path.
 * @throws Refusal 401, 403 or 404.
 */
export function requireArtifact(harbor: Harbor, exchange: Exchange, permission: string): Located {
  const known = findProject(harbor, exchange, permission);
  const found = requireArtifactOf(harbor, repositoryName(exchange), exchange.parameter('reference'));
  const project = known ?? harbor.projects.byId(found.repository.projectId);
  if (project === undefined) throw notFound(`project ${exchange.parameter('project')} not found`);
  return { project, ...found };
}

/**
 * The artifact in the path, something of which is listed: what is wrong with `q` is said before it is looked for.
 * @throws Refusal 400, 401, 403 or 404.
 */
export function requireArtifactForList(harbor: Harbor, exchange: Exchange, permission: string): Located {
  findProject(harbor, exchange, permission);
  criteriaOf(exchange);
  return requireArtifact(harbor, exchange, permission);
}
