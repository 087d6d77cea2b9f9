import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { type Harbor, timeOf } from '../harbor.ts';
import { nextTime } from '../policy/schedule.ts';
import { type Body, type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, forbidden, internalError } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Project } from '../store/projects.ts';
import type { Retention } from '../store/retentions.ts';
import { idParameter } from './id-parameter.ts';

/** Policies that say which tags are kept. They can be made and read; nothing runs them. */
export const retentionRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/retentions/metadatas', handle: showChoices },
  { method: 'POST', pattern: '/retentions', handle: createRetention },
  { method: 'GET', pattern: '/retentions/{id}', handle: showRetention },
  { method: 'PUT', pattern: '/retentions/{id}', handle: changeRetention },
  { method: 'DELETE', pattern: '/retentions/{id}', handle: deleteRetention },
];

const fields: Fields = { algorithm: 'string', rules: 'array', scope: 'object', trigger: 'object' };

const template = (rule_template: string, display_text: string, unit?: string) => ({
  action: 'retain',
  display_text,
  params: unit === undefined ? [] : [{ required: true, type: 'int', unit }],
  rule_template,
});

const choices = {
  scope_selectors: [{ decorations: ['repoMatches', 'repoExcludes'], display_text: 'Repositories', kind: 'doublestar' }],
  tag_selectors: [{ decorations: ['matches', 'excludes'], display_text: 'Tags', kind: 'doublestar' }],
  templates: [
    template('latestPushedK', 'the most recently pushed # artifacts', 'COUNT'),
    template('latestPulledN', 'the most recently pulled # artifacts', 'COUNT'),
    template('nDaysSinceLastPush', 'pushed within the last # days', 'DAYS'),
    template('nDaysSinceLastPull', 'pulled within the last # days', 'DAYS'),
    template('always', 'always'),
  ],
};

function showChoices(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  exchange.json(200, choices);
}

/** Rules are taken as they are: one that makes no sense keeps nothing. */
async function createRetention(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'policy', fields);
  const project = requireProject(harbor, exchange, asNumber(asObject(body.scope)?.ref) ?? 0);
  const retention = retentionOf(body, project.id);
  const known = harbor.retentions.ofProject(project.id);
  if (known !== undefined) {
    throw badRequest(`bad request: project ${project.id} already has retention policy ${known.id}`);
  }
  const id = harbor.database.transaction(() => {
    const made = harbor.retentions.create(retention);
    saveMetadata(harbor, project, { ...project.metadata, retention_id: String(made) });
    return made;
  });
  exchange.created(`${apiBase}/retentions/${id}`);
}

function showRetention(harbor: Harbor, exchange: Exchange): void {
  const { id, projectId, algorithm, cron, rules } = requireRetention(harbor, exchange, 'read').retention;
  const next = cron === '' ? undefined : nextTime(cron, harbor.clock.now());
  const settings = { cron, ...(next === undefined ? {} : { next_scheduled_time: next.toISOString() }) };
  const trigger = { kind: 'Schedule', settings };
  exchange.json(200, { algorithm, id, rules, scope: { level: 'project', ref: projectId }, trigger });
}

async function changeRetention(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'policy', fields);
  const { retention } = requireRetention(harbor, exchange, 'update');
  harbor.retentions.change(retention.id, retentionOf(body, retention.projectId));
  exchange.empty(200);
}

function deleteRetention(harbor: Harbor, exchange: Exchange): void {
  const { retention, project } = requireRetention(harbor, exchange, 'delete');
  const { retention_id: _removed, ...rest } = project.metadata;
  harbor.database.transaction(() => {
    harbor.retentions.delete(retention.id);
    saveMetadata(harbor, project, rest);
  });
  exchange.empty(200);
}

/** The project of a new policy. An administrator hears that it does not exist, others that they may not. */
function requireProject(harbor: Harbor, exchange: Exchange, id: number): Project {
  harbor.authorizer.requireSignedIn(exchange);
  const project = harbor.projects.byId(id);
  if (project === undefined) {
    if (!harbor.authorizer.isAdministrator(exchange.principal)) throw forbidden('forbidden');
    throw badRequest(`bad request: invalid Project id ${id}`);
  }
  harbor.authorizer.requireIn(exchange, project, 'tag-retention:create');
  return project;
}

/** An unknown policy is an internal error of Harbor. */
function requireRetention(harbor: Harbor, exchange: Exchange, action: 'read' | 'update' | 'delete') {
  harbor.authorizer.requireSignedIn(exchange);
  const retention = harbor.retentions.byId(idParameter(exchange, 'id'));
  const project = retention && harbor.projects.byId(retention.projectId);
  if (retention === undefined || project === undefined) throw internalError();
  harbor.authorizer.requireIn(exchange, project, `tag-retention:${action}`);
  return { retention, project };
}

function retentionOf(body: Body, projectId: number): Omit<Retention, 'id'> {
  const cron = asString(asObject(asObject(body.trigger)?.settings)?.cron) ?? '';
  const parts = cron.split(/\s+/).filter((part) => part !== '');
  if (cron !== '' && parts.length !== 6) {
    throw badRequest(
      `invalid cron string for scheduled tag retention: ${cron}, error: expected exactly 6 fields, found ${parts.length}: [${parts.join(' ')}]`,
    );
  }
  return { projectId, algorithm: asString(body.algorithm) ?? '', cron, rules: asArray(body.rules).map(ruleOf) };
}

function ruleOf(value: unknown): Readonly<Record<string, unknown>> {
  const rule = asObject(value) ?? {};
  const { action, params, scope_selectors, tag_selectors, template } = rule;
  return {
    action,
    ...(rule.disabled === true ? { disabled: true } : {}),
    params,
    scope_selectors,
    tag_selectors,
    template,
  };
}

const saveMetadata = (harbor: Harbor, project: Project, metadata: Readonly<Record<string, string>>): void =>
  harbor.projects.setMetadata(project.id, metadata, timeOf(harbor));
