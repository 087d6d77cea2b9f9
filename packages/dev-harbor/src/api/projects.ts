import { asNumber, asObject, asString } from '@harbor-pilot/core';
import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { limitRefusal } from '../policy/quota.ts';
import { type Body, type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, criteriaOf, type Keys } from '../server/listing.ts';
import { flagQuery, isYes, requiredQuery, textQuery } from '../server/parameters.ts';
import {
  badRequest,
  conflict,
  forbidden,
  internalError,
  invalidField,
  notFound,
  precondition,
} from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Project } from '../store/projects.ts';
import { allowlistFields, readAllowlist } from './allowlist.ts';
import { knownMetadata, metadataFields } from './project-metadata.ts';
import { viewBareProject, viewProject } from './project-view.ts';

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
  metadata: metadataFields,
  cve_allowlist: allowlistFields,
  storage_limit: 'integer',
  registry_id: 'integer',
};
const namePattern = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const stillUsed = 'the project contains repositories, can not be deleted';

const keys: Keys<Project> = {
  name: (project) => project.name,
  project_id: (project) => project.id,
  owner_id: (project) => project.ownerId,
  creation_time: (project) => project.createdAt,
  update_time: (project) => project.updatedAt,
};

/** Who may list projects on the system sees them all. */
function listProjects(harbor: Harbor, exchange: Exchange): void {
  const { principal } = exchange;
  const criteria = new Map(criteriaOf(exchange));
  const [name, owner] = [textQuery(exchange, 'name'), textQuery(exchange, 'owner')];
  if (name !== undefined) criteria.set('name', { kind: 'fuzzy', value: name });
  if (owner !== undefined) criteria.set('owner', { kind: 'exact', value: owner });
  if (textQuery(exchange, 'public') !== undefined) {
    criteria.set('public', { kind: 'exact', value: String(flagQuery(exchange, 'public')) });
  }
  const [wantedOwner, openness] = [criteria.get('owner'), criteria.get('public')];
  const isOpen = openness?.kind === 'exact' && ['true', '1'].includes(openness.value.toLowerCase());
  const seesAll = harbor.authorizer.mayOnSystem(principal, 'project:list');
  const items = harbor.projects
    .all()
    .filter(
      (project) =>
        (seesAll || harbor.authorizer.sees(principal, project)) &&
        (openness === undefined || project.metadata.public === String(isOpen)) &&
        (wantedOwner?.kind !== 'exact' || harbor.users.byId(project.ownerId)?.username === wantedOwner.value),
    );
  const view = flagQuery(exchange, 'with_detail', true) ? viewProject : viewBareProject;
  answerList(exchange, { items, keys, view: (project) => view(harbor, exchange, project) }, criteria);
}

/** Tells everybody who is signed in whether a project exists, even a private one. */
function projectExists(harbor: Harbor, exchange: Exchange): void {
  const name = requiredQuery(exchange, 'project_name');
  harbor.authorizer.requireSignedIn(exchange);
  if (name.includes(' ')) throw badRequest(`invalid project name: '${name}'`);
  if (harbor.projects.byName(name) === undefined) throw notFound(`project ${name} not found`);
  exchange.empty(200);
}

async function createProject(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readProject(exchange);
  harbor.authorizer.requireSignedIn(exchange);
  requireCreator(harbor, exchange);
  const isProxy = body.registry_id !== undefined;
  if (isProxy && !actsAsAdministrator(harbor, exchange)) {
    throw forbidden('Only system admin can create proxy cache project');
  }
  const metadata = readMetadata(harbor, body);
  if (isProxy) throw registryRefusal(asNumber(body.registry_id) ?? 0);
  const limitBytes = limitOf(harbor, exchange, asNumber(body.storage_limit));
  const ownerId = ownerOf(harbor, exchange);
  const name = asString(body.project_name) ?? '';
  if (name === '') throw badRequest(`Project name ${name} is illegal in length. (greater than 255 or less than 1)`);
  if (!namePattern.test(name)) throw badRequest('project name is not in lower case or contains illegal characters');
  if (harbor.projects.byName(name) !== undefined) throw conflict(`The project named ${name} already exists`);
  const id = harbor.projects.create({ name, ownerId, metadata }, limitBytes, timeOf(harbor));
  audit(harbor, exchange, id, { operation: 'create', type: 'project', resource: name });
  const isNamed = isYes(exchange.header('x-resource-name-in-location') ?? '');
  exchange.created(`${apiBase}/projects/${isNamed ? name : id}`);
}

async function readProject(exchange: Exchange): Promise<Body> {
  const body = await readBody(exchange, 'project', fields);
  const { length } = [...(asString(body.project_name) ?? '')];
  if (length > 255) throw invalidField('project_name in body should be at most 255 chars long');
  return body;
}

/** Refuses those who may not make projects. */
function requireCreator(harbor: Harbor, exchange: Exchange): void {
  const { principal } = exchange;
  if (principal.kind === 'robot' && principal.robot.level !== 'system') {
    throw forbidden('Only system level robot can create project');
  }
  const isRestricted = harbor.configuration.values.project_creation_restriction === 'adminonly';
  if (isRestricted && !actsAsAdministrator(harbor, exchange)) throw forbidden('Only system admin can create project');
}

/** Who will own the project: users themselves, unless they are gone; for robots of the system, the first administrator. */
function ownerOf(harbor: Harbor, { principal }: Exchange): number {
  if (principal.kind !== 'user') return 1;
  const owner = harbor.users.byName(principal.user.username);
  if (owner === undefined) throw notFound(`user ${principal.user.username} not found`);
  return owner.id;
}

const actsAsAdministrator = (harbor: Harbor, { principal }: Exchange): boolean =>
  harbor.authorizer.mayOnSystem(principal, 'project:create');

/** The settings of a new project. Whether it is public is the only one that is checked. */
function readMetadata(harbor: Harbor, body: Body): Record<string, string> {
  const { retention_id, ...given } = knownMetadata(harbor, asObject(body.metadata) ?? {});
  const metadata = { public: body.public === true ? 'true' : 'false', ...given };
  if (!['true', 'false'].includes(metadata.public)) {
    throw badRequest(`metadata.public should only be 'true' or 'false', but got: '${metadata.public}'`);
  }
  if (retention_id) {
    throw badRequest(
      "bad request: the retention_id in the request's payload when creating a project should be omitted, alternatively passing an empty string",
    );
  }
  return metadata;
}

/** There are no registries to be a proxy of. */
function registryRefusal(id: number): Error {
  if (id > 0) return internalError();
  return badRequest(`bad request: ${id} is invalid value of registry_id, it should be geater than 0`);
}

/** Only administrators choose a storage limit; from others it is ignored, and 0 is none. */
function limitOf(harbor: Harbor, exchange: Exchange, wantedBytes: number | undefined): number {
  const { quota_per_project_enable, storage_per_project } = harbor.configuration.values;
  if (!quota_per_project_enable) return -1;
  if (!wantedBytes || !actsAsAdministrator(harbor, exchange)) return storage_per_project;
  const reason = limitRefusal(wantedBytes);
  if (reason !== undefined) throw badRequest(`bad request: ${reason}`);
  return wantedBytes;
}

function showProject(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'project:read');
  exchange.json(200, viewProject(harbor, exchange, project));
}

async function changeProject(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readProject(exchange);
  const project = harbor.authorizer.requireProject(exchange, 'project:update');
  const named = asNumber(asObject(body.cve_allowlist)?.project_id) ?? 0;
  if (named !== 0 && named !== project.id) {
    throw badRequest(`project_id in cve_allowlist must be ${project.id} but it's ${named}`);
  }
  const metadata = knownMetadata(harbor, asObject(body.metadata) ?? {});
  if (metadata.retention_id !== undefined && metadata.retention_id !== project.metadata.retention_id) {
    throw badRequest(
      "the retention_id in the request's payload when updating a project should be omitted, alternatively passing the one that has already been associated to this project",
    );
  }
  harbor.database.transaction(() => {
    harbor.projects.setMetadata(project.id, { ...project.metadata, ...metadata });
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
  harbor.database.transaction(() => {
    harbor.projects.delete(project.id);
    harbor.robots.forgetProject(project.name);
  });
  exchange.empty(200);
}

function showDeletable(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'project:delete');
  exchange.json(200, harbor.repositories.count(project.id) > 0 ? { message: stillUsed } : { deletable: true });
}

const countNames: Readonly<Record<number, string>> = {
  1: 'project_admin_count',
  2: 'developer_count',
  3: 'guest_count',
  4: 'maintainer_count',
  5: 'limited_guest_count',
};

/** How much there is in a project, as far as the sender may see the quota and the members. */
function summarise(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'project:read');
  const may = (permission: string) => harbor.authorizer.mayInProject(exchange.principal, permission, project);
  const counts: Record<string, number> = {};
  for (const { role } of may('member:list') ? harbor.projects.members(project.id) : []) {
    const name = countNames[role];
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  const quota = {
    hard: { storage: harbor.quotas.ofProject(project.id)?.limitBytes ?? -1 },
    used: { storage: harbor.quotas.usedBytes(project.id) },
  };
  const isCounted = harbor.configuration.values.quota_per_project_enable && may('quota:read');
  exchange.json(200, {
    ...counts,
    ...(isCounted ? { quota } : {}),
    repo_count: harbor.repositories.count(project.id),
  });
}
