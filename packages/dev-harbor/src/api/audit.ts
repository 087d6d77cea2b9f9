import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import { unauthorized } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { AuditEvent } from '../store/events.ts';
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
  'create_project',
  'create_robot',
  'create_user',
  'delete_artifact',
  'delete_project',
  'delete_repository',
  'delete_robot',
  'delete_user',
  'login_user',
  'logout_user',
  'pull_artifact',
  'update_configuration',
  'update_user',
];

const keys: Keys<AuditEvent> = {
  operation: (event) => event.operation,
  resource: (event) => event.resource,
  resource_type: (event) => event.resourceType,
  username: (event) => event.username,
  op_time: (event) => event.createdAt,
};

function listEvents(harbor: Harbor, exchange: Exchange): void {
  if (exchange.principal.kind === 'anonymous') throw unauthorized('');
  const maySee = harbor.authorizer.mayOnSystem(exchange.principal, 'audit-log:list');
  answerList(exchange, { items: maySee ? harbor.events.all() : [], keys, view: viewOf(harbor) });
}

function listProjectEvents(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireNamedProject(exchange, 'log:list');
  answerList(exchange, { items: harbor.events.ofProject(project.id), keys, view: viewOf(harbor) });
}

function listKinds(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  exchange.json(
    200,
    kinds.map((event_type) => ({ event_type })),
  );
}

function listNothing(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
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
    ? { operation_description: event.description, operation_result: true }
    : {}),
  resource: event.resource,
  resource_type: event.resourceType,
  username: event.username,
});
