import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Harbor } from '../harbor.ts';
import { type Body, type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList } from '../server/listing.ts';
import { badRequest, conflict, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { ImmutableRule, Selector } from '../store/immutable-rules.ts';
import { idParameter } from './id-parameter.ts';

/** Immutable-tag rules of projects. */
export const immutableRuleRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/immutabletagrules', handle: listRules, lists: true },
  { method: 'POST', pattern: '/projects/{project}/immutabletagrules', handle: createRule },
  { method: 'PUT', pattern: '/projects/{project}/immutabletagrules/{immutable_rule_id}', handle: changeRule },
  { method: 'DELETE', pattern: '/projects/{project}/immutabletagrules/{immutable_rule_id}', handle: deleteRule },
];

const fields: Fields = {
  id: 'integer',
  priority: 'integer',
  disabled: 'boolean',
  action: 'string',
  template: 'string',
  tag_selectors: [{ kind: 'string', decoration: 'string', pattern: 'string', extras: 'string' }],
  scope_selectors: 'object',
};

function listRules(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'immutable-tag:list');
  const keys = { id: (rule: ImmutableRule) => rule.id, disabled: (rule: ImmutableRule) => rule.isDisabled === 1 };
  answerList(exchange, { items: harbor.immutableRules.ofProject(project.id), keys, view: viewRule });
}

/** Rules are taken as they are: one that makes no sense matches nothing. Every new one is in force. */
async function createRule(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'ImmutableRule', fields);
  const project = harbor.authorizer.requireProject(exchange, 'immutable-tag:create');
  const rule = { ...ruleOf(body, project.id), isDisabled: 0 as const };
  const isKnown = harbor.immutableRules.ofProject(project.id).some((one) => meaning(one) === meaning(rule));
  if (isKnown) throw conflict('immutable rule already exists');
  const id = harbor.immutableRules.create(rule);
  exchange.created(`${apiBase}/projects/${exchange.parameter('project')}/immutabletagrules/${id}`);
}

/** Who switches a rule on or off changes nothing else of it. */
async function changeRule(harbor: Harbor, exchange: Exchange): Promise<void> {
  const id = idParameter(exchange, 'immutable_rule_id');
  const body = await readBody(exchange, 'ImmutableRule', fields);
  if (asNumber(body.id) !== id) {
    throw badRequest("bad request: the immutable_rule_id doesn't match the id in the payload body of ImmutableRule");
  }
  const known = requireRule(harbor, exchange, 'immutable-tag:update');
  const rule = ruleOf(body, known.projectId);
  const isSwitched = known.isDisabled !== rule.isDisabled;
  harbor.immutableRules.change(id, isSwitched ? { ...known, isDisabled: rule.isDisabled } : rule);
  exchange.empty(200);
}

function deleteRule(harbor: Harbor, exchange: Exchange): void {
  harbor.immutableRules.delete(requireRule(harbor, exchange, 'immutable-tag:delete').id);
  exchange.empty(200);
}

function requireRule(harbor: Harbor, exchange: Exchange, permission: string): ImmutableRule {
  const id = idParameter(exchange, 'immutable_rule_id');
  const project = harbor.authorizer.requireProject(exchange, permission);
  const rule = harbor.immutableRules.byId(id);
  if (rule === undefined) throw notFound(`immutable rule ${id} not found`);
  if (rule.projectId !== project.id) throw notFound(`resource not found: project id ${project.id} does not match`);
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

/** Harbor writes null for lists that are empty, and leaves out what holds nothing. */
function viewRule(rule: ImmutableRule) {
  const scopes = Object.entries(rule.scopeSelectors).map(([key, selectors]) => [key, orNull(selectors)]);
  return {
    ...(rule.action === '' ? {} : { action: rule.action }),
    ...(rule.isDisabled === 1 ? { disabled: true } : {}),
    id: rule.id,
    ...(scopes.length === 0 ? {} : { scope_selectors: Object.fromEntries(scopes) }),
    tag_selectors: orNull(rule.tagSelectors),
    ...(rule.template === '' ? {} : { template: rule.template }),
  };
}

const orNull = <Item>(list: readonly Item[]): readonly Item[] | null => (list.length === 0 ? null : list);
