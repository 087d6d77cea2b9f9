import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList } from '../server/listing.ts';
import { requiredQuery } from '../server/parameters.ts';
import { badRequest, notFound } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import { idParameter } from './id-parameter.ts';

/** User groups come from LDAP and OIDC: where people sign in with a password that Harbor keeps, there are none. */
export const userGroupRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/usergroups', handle: listGroups, lists: true },
  { method: 'GET', pattern: '/usergroups/search', handle: findGroups, lists: true },
  { method: 'GET', pattern: '/usergroups/{group_id}', handle: showGroup },
];

const answerNothing = (exchange: Exchange) =>
  answerList(exchange, { items: [], keys: {}, view: () => undefined }, new Map());

function listGroups(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'user-group:list');
  answerNothing(exchange);
}

function findGroups(harbor: Harbor, exchange: Exchange): void {
  requiredQuery(exchange, 'groupname');
  harbor.authorizer.requireSignedIn(exchange);
  answerNothing(exchange);
}

function showGroup(harbor: Harbor, exchange: Exchange): never {
  const id = idParameter(exchange, 'group_id');
  harbor.authorizer.requireSystem(exchange, 'user-group:read');
  if (id <= 0) throw badRequest('the group id should be provided');
  throw notFound(`the user group with id ${id} is not found`);
}
