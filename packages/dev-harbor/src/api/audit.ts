import type { Principal } from '../access/principal.ts';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import { unauthorized } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { AuditEvent } from '../store/events.ts';
import type { Project } from '../store/projects.ts';
import type { VersionTraits } from '../version.ts';

/** The audit log. Where it is the extended one, the endpoints of earlier versions are there and always empty. */
export const auditRoutesOf: Readonly<Record<VersionTraits['auditLog'], readonly Route[]>> = {
  plain: [
    { method: 'GET', pattern: '/audit-logs', handle: listEvents, lists: true },
    { method: 'GET', pattern: '/projects/{project}/logs', handle: listProjectEvents, lists: true },
  ],
  extended: [
    { method: 'GET', pattern: '/auditlog-exts', handle: listEvents, lists: true },
    { method: 'GET', pattern: '/auditlog-exts/events', handle: listKinds },
    { method: 'GET', pattern: '/audit-logs', handle: listNothing, lists: true },
    { method: 'GET', pattern: '/projects/{project}/auditlog-exts', handle: listProjectEvents, lists: true },
    { method: 'GET', pattern: '/projects/{project}/logs', handle: listNothingOfProject, lists: true },
  ],
};

const kinds = [
  'create_artifact',
  'delete_artifact',
  'pull_artifact',
  'create_project',
  'delete_project',
  'delete_repository',
  'login_user',
  'logout_user',
  'create_user',
  'delete_user',
  'update_user',
  'create_robot',
  'delete_robot',
  'update_configuration',
];

const keys: Keys<AuditEvent> = {
  id: (event) => event.id,
  project_id: (event) => event.projectId,
  operation: (event) => event.operation,
  op_desc: (event) => event.description,
  op_result: (event) => event.hasFailed === 0,
  resource: (event) => event.resource,
  resource_type: (event) => event.resourceType,
  username: (event) => event.username,
  op_time: (event) => event.createdAt,
};

/** Who may not see the log of the system sees that of the projects whose log they may. */
function listEvents(harbor: Harbor, exchange: Exchange): void {
  const { principal } = exchange;
  if (principal.kind === 'anonymous') throw unauthorized('');
  const seesAll = harbor.authorizer.mayOnSystem(principal, 'audit-log:list');
  const seen = harbor.projects
    .all()
    .filter((project) => principal.kind === 'user' && maySee(harbor, principal, project));
  const ids = new Set(seen.map(({ id }) => id));
  const items = harbor.events.all().filter(({ projectId }) => seesAll || ids.has(projectId));
  answerList(exchange, { items, keys, view: viewOf(harbor) });
}

function maySee({ projects, authorizer }: Harbor, principal: Principal & { kind: 'user' }, project: Project): boolean {
  const isMember = projects.roleOf(project.id, principal.user.id) !== undefined;
  return isMember && authorizer.mayInProject(principal, 'log:list', project);
}

function listProjectEvents(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireNamedProject(exchange, 'log:list');
  answerList(exchange, { items: harbor.events.ofProject(project.id), keys, view: viewOf(harbor) });
}

function listKinds(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'audit-log:list');
  exchange.json(
    200,
    kinds.map((event_type) => ({ event_type })),
  );
}

function listNothing(harbor: Harbor, exchange: Exchange): void {
  if (exchange.principal.kind === 'anonymous') throw unauthorized('');
  answerList(exchange, { items: [], keys: {}, view: viewOf(harbor) });
}

function listNothingOfProject(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireNamedProject(exchange, 'log:list');
  answerList(exchange, { items: [], keys: {}, view: viewOf(harbor) });
}

const viewOf = (harbor: Harbor) => (event: AuditEvent) => ({
  id: event.id,
  op_time: event.createdAt,
  operation: event.operation,
  ...(harbor.version.auditLog === 'extended'
    ? { operation_description: event.description, operation_result: event.hasFailed === 0 }
    : {}),
  resource: event.resource,
  resource_type: event.resourceType,
  username: event.username,
});
