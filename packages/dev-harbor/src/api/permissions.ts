import { projectAdministrator, projectPermissions, systemPermissions } from '../access/catalogue.ts';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { forbidden } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';

/** What can be permitted, and what is. */
export const permissionRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/permissions', handle: showCatalogue },
  { method: 'GET', pattern: '/users/current/permissions', handle: showOwn },
];

const view = (permissions: readonly string[]) =>
  permissions.map((permission) => {
    const [resource, action] = permission.split(':');
    return { resource, action };
  });

/** For administrators; those of some project alone see what concerns projects. */
function showCatalogue(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const { principal } = exchange;
  const project = view(projectPermissions);
  const isAdministrator = harbor.authorizer.isAdministrator(principal);
  const isProjectAdministrator =
    principal.kind === 'user' &&
    harbor.projects.all().some(({ id }) => harbor.projects.roleOf(id, principal.user.id) === 1);
  if (!isAdministrator && !isProjectAdministrator) {
    throw forbidden('forbidden: only admins(system and project) can access permissions');
  }
  exchange.json(200, { project, ...(isAdministrator ? { system: view(systemPermissions) } : {}) });
}

/**
 * The sender's permissions in a project, `scope=/project/1`, or on the system, `scope=/system`: of resources relative to
 * that, or with their whole path.
 */
function showOwn(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const [scope = '', id] = /^\/(?:system|project\/(\d+))/.exec(exchange.query.get('scope') ?? '') ?? [];
  const permissions =
    id === undefined ? ownOnSystem(harbor, exchange, scope) : ownInProject(harbor, exchange, Number(id));
  const pathOf = (resource = '') => {
    const isProject = id !== undefined && resource === 'project';
    if (exchange.query.get('relative') === 'true') return isProject ? '.' : resource;
    return isProject ? scope : `${scope}/${resource}`;
  };
  const answer = view(permissions).map(({ resource, action }) => ({ action, resource: pathOf(resource) }));
  exchange.json(200, answer);
}

function ownOnSystem({ authorizer }: Harbor, { principal }: Exchange, scope: string): readonly string[] {
  return systemPermissions.filter((permission) => scope !== '' && authorizer.mayOnSystem(principal, permission));
}

/** Nobody has more in a project than its administrators. */
function ownInProject({ authorizer, projects }: Harbor, { principal }: Exchange, id: number): readonly string[] {
  const project = projects.byId(id);
  if (project === undefined) return [];
  return projectAdministrator.filter((permission) => authorizer.mayInProject(principal, permission, project));
}
