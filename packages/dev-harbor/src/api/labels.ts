import { asNumber, asString } from '@harbor-pilot/core';
import { type Harbor, timeOf } from '../harbor.ts';
import { type Body, type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import { badRequest, conflict, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Label } from '../store/labels.ts';
import { idParameter } from './id-parameter.ts';
import { requireArtifact } from './lookup.ts';

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

const fields: Fields = {
  name: 'string',
  description: 'string',
  color: 'string',
  scope: 'string',
  project_id: 'integer',
};
const keys: Keys<Label> = { name: (label) => label.name };

function listLabels(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const scope = exchange.query.get('scope') ?? '';
  if (scope !== 'g' && scope !== 'p') throw badRequest(`invalid scope: ${scope}`);
  const projectId = scope === 'g' ? 0 : Number(exchange.query.get('project_id') ?? 0);
  requireLabels(harbor, exchange, projectId, 'list');
  const name = exchange.query.get('name') ?? '';
  const items = harbor.labels.ofScope(scope, projectId).filter((label) => label.name.includes(name));
  answerList(exchange, { items, keys, view: viewLabel });
}

async function createLabel(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'label', fields);
  const scope = asString(body.scope) ?? '';
  harbor.authorizer.requireSignedIn(exchange);
  if (scope !== 'g' && scope !== 'p') throw badRequest('unsupported label scope');
  const projectId = scope === 'g' ? 0 : (asNumber(body.project_id) ?? 0);
  requireLabels(harbor, exchange, projectId, 'create');
  const now = timeOf(harbor);
  const label = { ...textsOf(body), scope, projectId, createdAt: now, updatedAt: now };
  const isTaken = harbor.labels.ofScope(scope, projectId).some(({ name }) => name === label.name);
  if (isTaken) throw conflict(`label ${label.name} already exists`);
  exchange.created(`${apiBase}/labels/${harbor.labels.create(label)}`);
}

function showLabel(harbor: Harbor, exchange: Exchange): void {
  exchange.json(200, viewLabel(requireLabel(harbor, exchange, 'read')));
}

async function changeLabel(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'label', fields);
  const label = requireLabel(harbor, exchange, 'update');
  harbor.labels.change(label.id, { ...textsOf(body), updatedAt: timeOf(harbor) });
  exchange.empty(200);
}

function deleteLabel(harbor: Harbor, exchange: Exchange): void {
  harbor.labels.delete(requireLabel(harbor, exchange, 'delete').id);
  exchange.empty(200);
}

async function attachLabel(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'label', { id: 'integer' });
  const { artifact } = requireArtifact(harbor, exchange, 'artifact-label:create');
  const id = asNumber(body.id) ?? 0;
  if (harbor.labels.byId(id) === undefined) throw notFound(`label ${id} not found`);
  if (harbor.labels.ofArtifact(artifact.id).some((label) => label.id === id)) {
    throw conflict(`label ${id} is already added to the artifact ${artifact.id}`);
  }
  harbor.labels.attach(artifact.id, id);
  exchange.empty(200);
}

function detachLabel(harbor: Harbor, exchange: Exchange): void {
  const { artifact } = requireArtifact(harbor, exchange, 'artifact-label:delete');
  const id = idParameter(exchange, 'label_id');
  if (!harbor.labels.detach(artifact.id, id))
    throw notFound(`reference with label ${id} and artifact ${artifact.id} not found`);
  exchange.empty(200);
}

function requireLabel(harbor: Harbor, exchange: Exchange, action: string): Label {
  harbor.authorizer.requireSignedIn(exchange);
  const id = idParameter(exchange, 'label_id');
  const label = harbor.labels.byId(id);
  if (label === undefined) throw notFound(`label ${id} not found`);
  requireLabels(harbor, exchange, label.projectId, action);
  return label;
}

/** Labels of the system can be seen by everybody; an unknown project is nobody's concern, as in Harbor. */
function requireLabels(harbor: Harbor, exchange: Exchange, projectId: number, action: string): void {
  const project = projectId === 0 ? undefined : harbor.projects.byId(projectId);
  if (project !== undefined) harbor.authorizer.requireIn(exchange, project, `label:${action}`);
  else if (projectId !== 0 || !['list', 'read'].includes(action))
    harbor.authorizer.requireSystem(exchange, `label:${action}`);
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
