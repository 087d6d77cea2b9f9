import { projectAdministrator, projectPermissions, systemPermissions } from '../access/catalogue.ts';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { flagQuery, textQuery } from '../server/parameters.ts';
import { forbidden, unauthorized } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';

/** What can be permitted, and what is. */
export const permissionRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/permissions', handle: showCatalogue },
  { method: 'GET', pattern: '/users/current/permissions', handle: showOwn },
];

/** What Harbor tells administrators that they may do on the system (2.15, src/common/rbac/system/policies.go). */
const toldOfSystem: readonly string[] = [
  'catalog:read',
  'audit-log:list',
  ...['project', 'user', 'user-group', 'registry', 'replication', 'distribution', 'garbage-collection'].flatMap(
    (resource) => ['create', 'read', 'update', 'delete', 'list'].map((action) => `${resource}:${action}`),
  ),
  ...['create', 'read', 'update', 'delete', 'list', 'stop'].map((action) => `scan-all:${action}`),
  'system-volumes:read',
  'ldap-user:create',
  'ldap-user:list',
  'configuration:read',
  'configuration:update',
  'jobservice-monitor:read',
  'jobservice-monitor:list',
  'jobservice-monitor:stop',
  'security-hub:read',
  'security-hub:list',
];

const view = (permissions: readonly string[]) =>
  permissions.map((permission) => {
    const [resource = '', action = ''] = permission.split(':');
    return { resource, action };
  });

/** For administrators; those of some project alone see what concerns projects. */
function showCatalogue(harbor: Harbor, exchange: Exchange): void {
  const { principal } = exchange;
  if (principal.kind === 'anonymous') throw unauthorized('');
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
 * The sender's permissions in a project, `scope=/project/1`, of resources relative to that or with their whole path; or on
 * the system, `scope=/system`, where only administrators hear of any, and of none relative to it.
 */
function showOwn(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const scope = textQuery(exchange, 'scope') ?? '';
  const isRelative = flagQuery(exchange, 'relative');
  const [root = '', id] = /^\/project\/(\d+)(?=\/|$)/.exec(scope) ?? [];
  const pathOf = (resource: string) => {
    if (resource === 'project') return isRelative ? '.' : root;
    return isRelative ? resource : `${root}/${resource}`;
  };
  if (id !== undefined) {
    const own = view(ownInProject(harbor, exchange, Number(id)));
    exchange.json(
      200,
      own.map(({ resource, action }) => ({ action, resource: pathOf(resource) })),
    );
  } else {
    const isTold = scope.startsWith('/system') && !isRelative && harbor.authorizer.isAdministrator(exchange.principal);
    exchange.json(200, isTold ? view(toldOfSystem) : []);
  }
}

/** Nobody has more in a project than its administrators. Those of the system may everything, even where there is no project. */
function ownInProject({ authorizer, projects }: Harbor, { principal }: Exchange, id: number): readonly string[] {
  if (authorizer.isAdministrator(principal)) return projectAdministrator;
  const project = projects.byId(id);
  if (project === undefined) return [];
  return projectAdministrator.filter((permission) => authorizer.mayInProject(principal, permission, project));
}
