import { asArray, asObject, asString } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { type Body, type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList } from '../server/listing.ts';
import { conflict, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { ImmutableRule, Selector } from '../store/immutable-rules.ts';
import { idParameter } from './id-parameter.ts';

/** Immutable-tag rules of projects. */
export const immutableRuleRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/immutabletagrules', handle: listRules, lists: true },
  { method: 'POST', pattern: '/projects/{project}/immutabletagrules', handle: createRule },
  { method: 'PUT', pattern: '/projects/{project}/immutabletagrules/{id}', handle: changeRule },
  { method: 'DELETE', pattern: '/projects/{project}/immutabletagrules/{id}', handle: deleteRule },
];

const fields: Fields = {
  disabled: 'boolean',
  action: 'string',
  template: 'string',
  tag_selectors: 'array',
  scope_selectors: 'object',
};

function listRules(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'immutable-tag:list');
  const keys = { id: (rule: ImmutableRule) => rule.id };
  answerList(exchange, { items: harbor.immutableRules.ofProject(project.id), keys, view: viewRule });
}

/** Rules are taken as they are: one that makes no sense matches nothing. */
async function createRule(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'ImmutableRule', fields);
  const project = harbor.authorizer.requireProject(exchange, 'immutable-tag:create');
  const rule = ruleOf(body, project.id);
  const isKnown = harbor.immutableRules.ofProject(project.id).some((one) => meaning(one) === meaning(rule));
  if (isKnown) throw conflict('immutable rule already exists');
  const id = harbor.immutableRules.create(rule);
  exchange.created(`${apiBase}/projects/${exchange.parameter('project')}/immutabletagrules/${id}`);
}

async function changeRule(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'ImmutableRule', fields);
  const rule = requireRule(harbor, exchange, 'immutable-tag:update');
  harbor.immutableRules.change(rule.id, ruleOf(body, rule.projectId));
  exchange.empty(200);
}

function deleteRule(harbor: Harbor, exchange: Exchange): void {
  harbor.immutableRules.delete(requireRule(harbor, exchange, 'immutable-tag:delete').id);
  exchange.empty(200);
}

function requireRule(harbor: Harbor, exchange: Exchange, permission: string): ImmutableRule {
  const project = harbor.authorizer.requireProject(exchange, permission);
  const id = idParameter(exchange, 'id');
  const rule = harbor.immutableRules.ofProject(project.id).find((one) => one.id === id);
  if (rule === undefined) throw notFound(`immutable rule ${id} not found`);
  return rule;
}

function ruleOf(body: Body, projectId: number): Omit<ImmutableRule, 'id'> {
  const scopes = Object.entries(asObject(body.scope_selectors) ?? {});
  return {
    projectId,
    isDisabled: body.disabled === true ? 1 : 0,
    action: asString(body.action) ?? '',
    template: asString(body.template) ?? '',
    tagSelectors: selectorsOf(body.tag_selectors),
    scopeSelectors: Object.fromEntries(scopes.map(([key, value]) => [key, selectorsOf(value)])),
  };
}

function selectorsOf(value: unknown): Selector[] {
  return asArray(value).map((item) => {
    const selector = asObject(item);
    const [kind = '', decoration = '', pattern = ''] = [selector?.kind, selector?.decoration, selector?.pattern].map(
      asString,
    );
    return { kind, decoration, pattern };
  });
}

/** What makes two rules the same. */
const meaning = ({ action, template, tagSelectors, scopeSelectors }: Omit<ImmutableRule, 'id'>): string =>
  JSON.stringify([action, template, tagSelectors, scopeSelectors]);

function viewRule(rule: ImmutableRule) {
  return {
    action: rule.action,
    ...(rule.isDisabled === 1 ? { disabled: true } : {}),
    id: rule.id,
    scope_selectors: rule.scopeSelectors,
    tag_selectors: rule.tagSelectors,
    template: rule.template,
  };
}
