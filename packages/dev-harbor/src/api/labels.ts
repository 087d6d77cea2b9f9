import { asNumber, asString } from '@harbor-pilot/core';
import { type Harbor, timeOf } from '../harbor.ts';
import { type Body, type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, criteriaOf, type Keys } from '../server/listing.ts';
import { integerQuery, textQuery } from '../server/parameters.ts';
import { badRequest, conflict, internalError, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Label } from '../store/labels.ts';
import { idParameter } from './id-parameter.ts';
import { requireArtifact, requireInProject } from './lookup.ts';

const ofArtifact = '/projects/{project}/repositories/{repository}/artifacts/{reference}/labels';

/** Labels, and which artifacts wear them. */
export const labelRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/labels', handle: listLabels, lists: true },
  { method: 'POST', pattern: '/labels', handle: createLabel },
  { method: 'GET', pattern: '/labels/{label_id}', handle: showLabel },
  { method: 'PUT', pattern: '/labels/{label_id}', handle: changeLabel },
  { method: 'DELETE', pattern: '/labels/{label_id}', handle: deleteLabel },
  { method: 'POST', pattern: ofArtifact, handle: attachLabel },
  { method: 'DELETE', pattern: `${ofArtifact}/{label_id}`, handle: detachLabel },
];

const longestName = 128;
const longestColor = 16;

const fields: Fields = {
  name: 'string',
  description: 'string',
  color: 'string',
  scope: 'string',
  project_id: 'integer',
};
const keys: Keys<Label> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  description: ({ description }) => description,
  color: ({ color }) => color,
  scope: ({ scope }) => scope,
  project_id: ({ projectId }) => projectId,
  creation_time: ({ createdAt }) => createdAt,
  update_time: ({ updatedAt }) => updatedAt,
};

/** Labels of the system are listed to everybody, also to those who may not read them one by one. */
function listLabels(harbor: Harbor, exchange: Exchange): void {
  const projectId = integerQuery(exchange, 'project_id') ?? 0;
  const criteria = criteriaOf(exchange);
  const scope = textQuery(exchange, 'scope') ?? '';
  if (scope !== 'g' && scope !== 'p') throw badRequest(`invalid scope: ${scope}`);
  if (scope === 'p') {
    if (projectId === 0) throw badRequest('must with project ID when to query project labels');
    requireInProject(harbor, exchange, projectId, 'label:list');
  }
  const name = (textQuery(exchange, 'name') ?? '').toLowerCase();
  const labels = harbor.labels.ofScope(scope, scope === 'g' ? 0 : projectId);
  const items = labels.filter((label) => label.name.toLowerCase().includes(name));
  answerList(exchange, { items, keys, view: viewLabel }, criteria);
}

async function createLabel(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'label', fields);
  const scope = asString(body.scope) ?? '';
  const projectId = scope === 'g' ? 0 : (asNumber(body.project_id) ?? 0);
  requireAccess(harbor, exchange, { scope, projectId }, 'create');
  const now = timeOf(harbor);
  const label = { ...textsOf(body), scope, projectId, createdAt: now, updatedAt: now };
  requireFit(harbor, label);
  exchange.created(`${apiBase}/labels/${harbor.labels.create(label)}`);
}

function showLabel(harbor: Harbor, exchange: Exchange): void {
  exchange.json(200, viewLabel(requireLabel(harbor, exchange, 'read')));
}

async function changeLabel(harbor: Harbor, exchange: Exchange): Promise<void> {
  const id = idParameter(exchange, 'label_id');
  const body = await readBody(exchange, 'label', fields);
  const label = { ...requireLabel(harbor, exchange, 'update'), ...textsOf(body), updatedAt: timeOf(harbor) };
  if (label.name === '') throw badRequest('cannot be empty');
  if (Buffer.byteLength(label.name) > longestName) throw badRequest(`max length is ${longestName}`);
  if (label.scope === 'p' && label.projectId <= 0) throw badRequest(`invalid: ${label.projectId}`);
  requireFit(harbor, label);
  harbor.labels.change(id, label);
  exchange.empty(200);
}

function deleteLabel(harbor: Harbor, exchange: Exchange): void {
  harbor.labels.delete(requireLabel(harbor, exchange, 'delete').id);
  exchange.empty(200);
}

/** A label of another project is as good as unknown. */
async function attachLabel(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'label', { ...fields, id: 'integer' });
  const name = exchange.parameter('project');
  const known = harbor.projects.byName(name);
  if (known === undefined) throw notFound(`project ${name} not found`);
  harbor.authorizer.requireIn(exchange, known, 'artifact-label:create');
  const id = asNumber(body.id) ?? 0;
  const label = findLabel(harbor, id);
  if (label.scope === 'p' && label.projectId !== known.id) {
    throw notFound(`project id ${known.id}, label ${id} not found`);
  }
  const { artifact } = requireArtifact(harbor, exchange, 'artifact-label:create');
  if (harbor.labels.ofArtifact(artifact.id).some((one) => one.id === id)) {
    throw conflict(`label ${id} is already added to the artifact ${artifact.id}`);
  }
  harbor.labels.attach(artifact.id, id);
  exchange.empty(200);
}

function detachLabel(harbor: Harbor, exchange: Exchange): void {
  const id = idParameter(exchange, 'label_id');
  const { artifact } = requireArtifact(harbor, exchange, 'artifact-label:delete');
  if (!harbor.labels.detach(artifact.id, id))
    throw notFound(`reference with label ${id} and artifact ${artifact.id} not found`);
  exchange.empty(200);
}

/** That there is no such label is told to everybody. */
function requireLabel(harbor: Harbor, exchange: Exchange, action: string): Label {
  const label = findLabel(harbor, idParameter(exchange, 'label_id'));
  requireAccess(harbor, exchange, label, action);
  return label;
}

function findLabel(harbor: Harbor, id: number): Label {
  const label = harbor.labels.byId(id);
  if (label === undefined) throw notFound(`label ${id} not found`);
  return label;
}

function requireAccess(
  harbor: Harbor,
  exchange: Exchange,
  { scope, projectId }: Pick<Label, 'scope' | 'projectId'>,
  action: string,
): void {
  const permission = `label:${action}`;
  if (scope === 'g') harbor.authorizer.requireSystem(exchange, permission);
  else if (scope === 'p') requireInProject(harbor, exchange, projectId, permission);
  else throw badRequest('unsupported label scope');
}

/**
 * Refuses what the table of labels has no place for.
 * @throws Refusal 409 for a name that is taken, 500 for texts that are too long.
 */
function requireFit(harbor: Harbor, label: Omit<Label, 'id'> & { readonly id?: number }): void {
  if (label.name.length > longestName || label.color.length > longestColor) throw internalError();
  const others = harbor.labels.ofScope(label.scope, label.projectId).filter(({ id }) => id !== label.id);
  if (others.some(({ name }) => name === label.name)) throw conflict(`label ${label.name} already exists`);
}

const textsOf = (body: Body) => ({
  name: asString(body.name) ?? '',
  description: asString(body.description) ?? '',
  color: asString(body.color) ?? '',
});

/** A label as the API writes it. */
export function viewLabel(label: Label) {
  return {
    ...(label.color === '' ? {} : { color: label.color }),
    creation_time: label.createdAt,
    ...(label.description === '' ? {} : { description: label.description }),
    id: label.id,
    ...(label.name === '' ? {} : { name: label.name }),
    ...(label.projectId === 0 ? {} : { project_id: label.projectId }),
    scope: label.scope,
    update_time: label.updatedAt,
  };
}
