import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { nextTime } from '../policy/schedule.ts';
import { type Body, type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, conflict, internalError, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Project } from '../store/projects.ts';
import type { Retention } from '../store/retentions.ts';
import { idParameter } from './id-parameter.ts';
import { requireInProject } from './lookup.ts';

/** Policies that say which tags are kept. They can be made and read; nothing runs them. */
export const retentionRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/retentions/metadatas', handle: showChoices },
  { method: 'POST', pattern: '/retentions', handle: createRetention },
  { method: 'GET', pattern: '/retentions/{id}', handle: showRetention },
  { method: 'PUT', pattern: '/retentions/{id}', handle: changeRetention },
  { method: 'DELETE', pattern: '/retentions/{id}', handle: deleteRetention },
];

const mostRules = 15;
const selector: Fields = { kind: 'string', decoration: 'string', pattern: 'string', extras: 'string' };
const fields: Fields = {
  algorithm: 'string',
  rules: [
    {
      id: 'integer',
      priority: 'integer',
      disabled: 'boolean',
      action: 'string',
      template: 'string',
      params: 'object',
      tag_selectors: [selector],
      scope_selectors: 'object',
    },
  ],
  scope: { level: 'string', ref: 'integer' },
  trigger: { kind: 'string', settings: 'object' },
};

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
  harbor.authorizer.requireSignedIn(exchange);
  requireRules(body);
  const { level, ref } = requireScope(harbor, exchange, body, 'create');
  if (level !== 'project') throw badRequest(`bad request: scope ${level} is not support`);
  const project = harbor.projects.byId(ref);
  if (project === undefined) throw badRequest(`bad request: invalid Project id ${ref}`);
  const known = project.metadata.retention_id;
  if (known !== undefined) throw badRequest(`bad request: project ${ref} already has retention policy ${known}`);
  if (body.trigger === undefined) throw internalError();
  const retention = retentionOf(body, project.id);
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

/** The body says whose policy it is: it has to be the one of that project. */
async function changeRetention(harbor: Harbor, exchange: Exchange): Promise<void> {
  const id = idParameter(exchange, 'id');
  const body = await readBody(exchange, 'policy', fields);
  harbor.authorizer.requireSignedIn(exchange);
  requireRules(body);
  const { ref } = requireScope(harbor, exchange, body, 'update');
  if (harbor.projects.byId(ref)?.metadata.retention_id !== String(id)) {
    throw notFound(`resource not found: the retention policy id ${id} does not match`);
  }
  harbor.retentions.change(id, retentionOf(body, ref));
  exchange.empty(200);
}

function deleteRetention(harbor: Harbor, exchange: Exchange): void {
  const id = idParameter(exchange, 'id');
  harbor.authorizer.requireSignedIn(exchange);
  if (harbor.retentions.byId(id) === undefined) {
    throw badRequest(`bad request: no such Retention policy with id ${id}`);
  }
  const { retention, project } = requireRetention(harbor, exchange, 'delete');
  const { retention_id: _removed, ...rest } = project.metadata;
  harbor.database.transaction(() => {
    harbor.retentions.delete(retention.id);
    saveMetadata(harbor, project, rest);
  });
  exchange.empty(200);
}

/**
 * Refuses too many rules, and the same rule twice, whatever their ids.
 * @throws Refusal 400 or 409.
 */
function requireRules(body: Body): void {
  const rules = asArray(body.rules).map((rule) => JSON.stringify({ ...ruleOf(rule), id: undefined }));
  if (rules.length > mostRules) throw badRequest(`bad request: only ${mostRules} rules are allowed at most`);
  rules.forEach((rule, position) => {
    const first = rules.indexOf(rule);
    if (first < position) throw conflict(`resource conflict: rule ${position} is conflict with rule ${first}`);
  });
}

/**
 * What a policy is for, once it is known that its sender has the permission there.
 * @throws Refusal 401 or 403, and 500 without a scope.
 */
function requireScope(harbor: Harbor, exchange: Exchange, body: Body, action: 'create' | 'update') {
  const scope = asObject(body.scope);
  if (scope === undefined) throw internalError();
  const [level, ref] = [asString(scope.level) ?? '', asNumber(scope.ref) ?? 0];
  const permission = `tag-retention:${action}`;
  if (level === 'project') requireInProject(harbor, exchange, ref, permission);
  else harbor.authorizer.requireSystem(exchange, permission);
  return { level, ref };
}

/** An unknown policy is an internal error of Harbor. */
function requireRetention(harbor: Harbor, exchange: Exchange, action: 'read' | 'update' | 'delete') {
  const id = idParameter(exchange, 'id');
  harbor.authorizer.requireSignedIn(exchange);
  const retention = harbor.retentions.byId(id);
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
  const { id, priority, action, params, scope_selectors, tag_selectors, template } = rule;
  return {
    ...(id ? { id } : {}),
    ...(priority ? { priority } : {}),
    action,
    ...(rule.disabled === true ? { disabled: true } : {}),
    params,
    scope_selectors,
    tag_selectors,
    template,
  };
}

const saveMetadata = (harbor: Harbor, project: Project, metadata: Readonly<Record<string, string>>): void =>
  harbor.projects.setMetadata(project.id, metadata);
