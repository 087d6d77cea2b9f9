import { projectPermissions, systemPermissions } from '../access/catalogue.ts';
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

/** The sender's permissions in a project (`scope=/project/1`), otherwise on the system. */
function showOwn(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const id = /^\/project\/(\d+)$/.exec(exchange.query.get('scope') ?? '')?.[1];
  const project = id === undefined ? undefined : harbor.projects.byId(Number(id));
  const { authorizer } = harbor;
  const permissions =
    project === undefined
      ? systemPermissions.filter((permission) => authorizer.mayOnSystem(exchange.principal, permission))
      : projectPermissions.filter((permission) => authorizer.mayInProject(exchange.principal, permission, project));
  exchange.json(200, view(permissions));
}
