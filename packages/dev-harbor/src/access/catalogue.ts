/** Permissions as `resource:action`, from compact rows like `tag:create,delete,list`. */
function expand(rows: readonly string[]): readonly string[] {
  return rows.flatMap((row) => {
    const [resource, actions = ''] = row.split(':');
    return actions.split(',').map((action) => `${resource}:${action}`);
  });
}

/** What a robot account may get in a project (Harbor 2.15, `GET /permissions`). */
export const projectPermissions: readonly string[] = expand([
  'accessory:list',
  'artifact-addition:read',
  'artifact-label:create,delete',
  'artifact:create,delete,list,read',
  'export-cve:create,read',
  'immutable-tag:create,delete,list,update',
  'label:create,delete,list,read,update',
  'log:list',
  'member:create,delete,list,read,update',
  'metadata:create,delete,list,read,update',
  'notification-policy:create,delete,list,read,update',
  'preheat-policy:create,delete,list,read,update',
  'project:delete,read,update',
  'quota:read',
  'repository:delete,list,pull,push,read,update',
  'robot:create,delete,list,read',
  'sbom:create,read,stop',
  'scan:create,read,stop',
  'scanner:create,read',
  'tag-retention:create,delete,list,read,update',
  'tag:create,delete,list',
]);

/** What a robot account may get on the system (Harbor 2.15, `GET /permissions`). */
export const systemPermissions: readonly string[] = expand([
  'audit-log:list',
  'catalog:read',
  'garbage-collection:create,list,read,stop,update',
  'jobservice-monitor:list,stop',
  'label:create,delete,read,update',
  'ldap-user:create,list',
  'preheat-instance:create,delete,list,read,update',
  'project:create,list',
  'purge-audit:create,list,read,stop,update',
  'quota:list,read,update',
  'registry:create,delete,list,read,update',
  'replication-adapter:list',
  'replication-policy:create,delete,list,read,update',
  'replication:create,list,read',
  'robot:create,delete,list,read',
  'scan-all:create,read,stop,update',
  'scanner:create,delete,list,read,update',
  'security-hub:list,read',
  'system-volumes:read',
  'user-group:create,delete,list,read,update',
  'user:create,delete,list,read,update',
]);

/** What everybody may do in a public project (Harbor 2.15, src/common/rbac/project/rbac_util.go). */
export const publicPermissions: readonly string[] = expand([
  'project:read',
  'label:list,read',
  'repository:list,pull',
  'artifact:list,read',
  'artifact-addition:read',
  'accessory:list',
  'tag:list',
  'scan:read',
  'scanner:read',
]);

const limitedGuest = expand([
  'project:read',
  'quota:read',
  'configuration:read',
  'repository:list,pull,read',
  'artifact:list,read',
  'artifact-addition:read',
  'accessory:list',
  'tag:list',
  'scan:read',
  'sbom:read',
  'scanner:read',
]);
const guest = [...limitedGuest, ...expand(['member:list,read', 'label:list,read', 'robot:list,read'])];
const developer = [
  ...guest,
  ...expand([
    'repository:create,push,update',
    'artifact:create',
    'artifact-label:create,delete',
    'tag:create',
    'tag-retention:create,delete,list,operate,read,update',
    'export-cve:create,list,read',
  ]),
];
const maintainer = [
  ...developer,
  ...expand([
    'metadata:read',
    'repository:delete',
    'artifact:delete',
    'tag:delete',
    'scan:create,stop',
    'sbom:create,stop',
    'immutable-tag:create,delete,list,update',
    'label:create,delete,update',
    'notification-policy:list,read',
  ]),
];

/** What the administrators of a project may do there. */
export const projectAdministrator: readonly string[] = [
  ...maintainer,
  ...expand([
    'project:delete,update',
    'configuration:update',
    'member:create,delete,update',
    'metadata:create,delete,update',
    'log:list',
    'robot:create,delete,update',
    'notification-policy:create,delete,update',
    'preheat-policy:create,delete,list,read,update',
    'scanner:create',
  ]),
];

/** What the roles of a project allow, by role id (Harbor 2.15, src/common/rbac/project/rbac_role.go). */
export const rolePermissions: Readonly<Record<number, readonly string[]>> = {
  1: projectAdministrator,
  2: developer,
  3: guest,
  4: maintainer,
  5: limitedGuest,
};

/** Names of the roles, by role id. */
export const roleNames: Readonly<Record<number, string>> = {
  1: 'projectAdmin',
  2: 'developer',
  3: 'guest',
  4: 'maintainer',
  5: 'limitedGuest',
};
