import { asNumber, asObject, asString } from '@harbor-pilot/core';
import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import {
  badRequest,
  conflict,
  forbidden,
  internalError,
  invalid,
  invalidField,
  notFound,
  precondition,
} from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Project } from '../store/projects.ts';
import { readAllowlist } from './allowlist.ts';
import { knownMetadata } from './project-metadata.ts';
import { viewProject } from './project-view.ts';

/** Projects. */
export const projectRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects', handle: listProjects, lists: true },
  { method: 'HEAD', pattern: '/projects', handle: projectExists },
  { method: 'POST', pattern: '/projects', handle: createProject },
  { method: 'GET', pattern: '/projects/{project}', handle: showProject },
  { method: 'PUT', pattern: '/projects/{project}', handle: changeProject },
  { method: 'DELETE', pattern: '/projects/{project}', handle: deleteProject },
  { method: 'GET', pattern: '/projects/{project}/summary', handle: summarise },
  { method: 'GET', pattern: '/projects/{project}/_deletable', handle: showDeletable },
];

const fields: Fields = {
  project_name: 'string',
  public: 'boolean',
  metadata: 'texts',
  cve_allowlist: 'object',
  storage_limit: 'integer',
  registry_id: 'integer',
};
const namePattern = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const stillUsed = 'the project contains repositories, can not be deleted';

function listProjects(harbor: Harbor, exchange: Exchange): void {
  const [name, owner, isPublic] = ['name', 'owner', 'public'].map((key) => exchange.query.get(key));
  const ownerOf = (project: Project) => harbor.users.byId(project.ownerId)?.username;
  const items = harbor.projects
    .all()
    .filter(
      (project) =>
        harbor.authorizer.sees(exchange.principal, project) &&
        (!name || project.name.includes(name)) &&
        (!owner || ownerOf(project) === owner) &&
        (!isPublic || (project.metadata.public ?? 'false') === isPublic),
    );
  const keys: Keys<Project> = {
    name: (project) => project.name,
    public: (project) => project.metadata.public ?? 'false',
    owner: ownerOf,
    project_id: (project) => project.id,
    creation_time: (project) => project.createdAt,
    update_time: (project) => project.updatedAt,
  };
  answerList(exchange, { items, keys, view: (project) => viewProject(harbor, exchange, project) });
}

/** Tells everybody who is signed in whether a project exists, even a private one. */
function projectExists(harbor: Harbor, exchange: Exchange): void {
  const name = exchange.query.get('project_name');
  if (name === null) throw invalid('project_name in query is required');
  harbor.authorizer.requireSignedIn(exchange);
  if (harbor.projects.byName(name) === undefined) throw notFound(`project ${name} not found`);
  exchange.empty(200);
}

async function createProject(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'project', fields);
  const name = asString(body.project_name) ?? '';
  if (name.length > 255) throw invalidField('project_name in body should be at most 255 chars long');
  harbor.authorizer.requireSignedIn(exchange);
  const ownerId = requireCreator(harbor, exchange);
  if (name === '') throw badRequest(`Project name ${name} is illegal in length. (greater than 255 or less than 1)`);
  if (!namePattern.test(name)) throw badRequest('project name is not in lower case or contains illegal characters');
  const limitBytes = limitOf(harbor, exchange, asNumber(body.storage_limit));
  if (body.registry_id !== undefined) throw internalError();
  if (harbor.projects.byName(name) !== undefined) throw conflict(`The project named ${name} already exists`);
  const metadata = { public: body.public === true ? 'true' : 'false', ...knownMetadata(asObject(body.metadata) ?? {}) };
  const id = harbor.projects.create({ name, ownerId, metadata }, limitBytes, timeOf(harbor));
  audit(harbor, exchange, id, { operation: 'create', type: 'project', resource: name });
  exchange.created(`${apiBase}/projects/${id}`);
}

/** Who will own the project: users themselves; for robots of the system, the first administrator. */
function requireCreator(harbor: Harbor, exchange: Exchange): number {
  const { principal } = exchange;
  if (principal.kind === 'robot') {
    const mayCreate = principal.robot.level === 'system' && harbor.authorizer.mayOnSystem(principal, 'project:create');
    if (!mayCreate) throw forbidden('Only system level robot can create project');
    return 1;
  }
  if (principal.kind !== 'user') throw forbidden('forbidden');
  const isRestricted = harbor.configuration.values.project_creation_restriction === 'adminonly';
  if (isRestricted && !harbor.authorizer.isAdministrator(principal))
    throw forbidden('Only system admin can create project');
  return principal.user.id;
}

/** Only administrators choose a storage limit; from others it is ignored, and 0 is none. */
function limitOf(harbor: Harbor, exchange: Exchange, wantedBytes: number | undefined): number {
  if (wantedBytes !== undefined && wantedBytes < -1) {
    throw badRequest(`bad request: invalid non-positive value for quota limit, value=${wantedBytes}`);
  }
  const isChosen = Boolean(wantedBytes) && harbor.authorizer.isAdministrator(exchange.principal);
  return isChosen ? (wantedBytes ?? -1) : harbor.configuration.values.storage_per_project;
}

function showProject(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'project:read');
  exchange.json(200, viewProject(harbor, exchange, project));
}

async function changeProject(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'project', fields);
  const project = harbor.authorizer.requireProject(exchange, 'project:update');
  const metadata = knownMetadata(asObject(body.metadata) ?? {});
  harbor.database.transaction(() => {
    harbor.projects.setMetadata(project.id, { ...project.metadata, ...metadata }, timeOf(harbor));
    if (body.cve_allowlist !== undefined) {
      const { items, expiresAt } = readAllowlist(body.cve_allowlist);
      harbor.projects.setAllowlist(project.id, items, expiresAt);
    }
  });
  exchange.empty(200);
}

function deleteProject(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'project:delete');
  if (harbor.repositories.count(project.id) > 0) throw precondition(`precondition failed: ${stillUsed}`);
  audit(harbor, exchange, project.id, { operation: 'delete', type: 'project', resource: project.name });
  harbor.projects.delete(project.id);
  exchange.empty(200);
}

function showDeletable(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'project:delete');
  exchange.json(200, harbor.repositories.count(project.id) > 0 ? { message: stillUsed } : { deletable: true });
}

function summarise(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'project:read');
  const roles = harbor.projects.members(project.id).map(({ role }) => role);
  const counts = [
    '',
    'project_admin_count',
    'developer_count',
    'guest_count',
    'maintainer_count',
    'limited_guest_count',
  ];
  const members: Record<string, number> = {};
  for (const role of roles) members[counts[role] ?? ''] = (members[counts[role] ?? ''] ?? 0) + 1;
  exchange.json(200, {
    ...members,
    quota: {
      hard: { storage: harbor.quotas.ofProject(project.id)?.limitBytes ?? -1 },
      used: { storage: harbor.quotas.usedBytes(project.id) },
    },
    repo_count: harbor.repositories.count(project.id),
  });
}
