import { asNumber, asObject, asString } from '@harbor-pilot/core';
import { roleNames } from '../access/catalogue.ts';
import type { Harbor } from '../harbor.ts';
import { type Body, type Fields, readOptionalBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList } from '../server/listing.ts';
import { checkId, textQuery } from '../server/parameters.ts';
import { badRequest, conflict, internalError, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Member } from '../store/projects.ts';
import type { User } from '../store/users.ts';
import { idParameter } from './id-parameter.ts';

/** Members of projects. */
export const memberRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/members', handle: listMembers, lists: true },
  { method: 'POST', pattern: '/projects/{project}/members', handle: addMember },
  { method: 'GET', pattern: '/projects/{project}/members/{mid}', handle: showMember },
  { method: 'PUT', pattern: '/projects/{project}/members/{mid}', handle: changeMember },
  { method: 'DELETE', pattern: '/projects/{project}/members/{mid}', handle: removeMember },
];

const memberFields: Fields = {
  role_id: 'integer',
  member_user: { user_id: 'integer', username: 'string' },
  member_group: { id: 'integer', group_name: 'string', group_type: 'integer', ldap_group_dn: 'string' },
};

/** A member can be given a role that does not exist, and is not shown any more. */
const hasRole = ({ role }: Member): boolean => roleNames[role] !== undefined;

/** All members, or the one of a name; the total counts everybody all the same. */
function listMembers(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'member:list');
  const name = textQuery(exchange, 'entityname');
  const everybody = harbor.projects.members(project.id);
  const items = everybody.filter((member) => hasRole(member) && (name === undefined || member.username === name));
  answerList(exchange, { items, total: everybody.length, keys: {}, view: viewMember }, new Map());
}

async function addMember(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readOptionalBody(exchange, 'project_member', memberFields);
  const project = harbor.authorizer.requireProject(exchange, 'member:create');
  if (body === undefined) throw badRequest('the project member should provide');
  const user = findNamed(harbor, body);
  const role = asNumber(body.role_id) ?? 0;
  if (harbor.projects.roleOf(project.id, user.id) !== undefined) {
    throw conflict('The project member specified already exist');
  }
  if (roleNames[role] === undefined) throw badRequest('Failed to update project member, role is not in 1,2,3');
  const id = harbor.projects.addMember(project.id, user.id, role);
  exchange.created(`${apiBase}/projects/${exchange.parameter('project')}/members/${id}`);
}

/**
 * The user that a request wants to make a member. An id counts more than a name, a user more than a group; there are no
 * groups, which come from LDAP or OIDC.
 * @throws Refusal 400 or 404 when there is no such user or group, 500 when none is named.
 */
function findNamed(harbor: Harbor, body: Body): User {
  const [user, group] = [asObject(body.member_user), asObject(body.member_group)];
  const [userId, groupId] = [asNumber(user?.user_id) ?? 0, asNumber(group?.id) ?? 0];
  const username = asString(user?.username) ?? '';
  const groupName = asString(group?.ldap_group_dn) || asString(group?.group_name) || '';
  const found = userId > 0 ? harbor.users.byId(userId) : groupId > 0 ? undefined : harbor.users.byName(username);
  if (found !== undefined) return found;
  if (userId > 0) throw badRequest(`Failed to get user ${userId}: user ${userId} not found`);
  if (groupId > 0) throw badRequest(`Group ${groupId} not found`);
  if (username !== '') throw notFound(`user ${username} is not found`);
  if (groupName !== '') throw notFound(`${groupName} not found: not supported`);
  throw internalError();
}

function showMember(harbor: Harbor, exchange: Exchange): void {
  const id = idParameter(exchange, 'mid');
  const project = harbor.authorizer.requireProject(exchange, 'member:read');
  if (id === 0) throw badRequest('the member id can not be empty!');
  checkId(id);
  const member = harbor.projects.members(project.id).find((one) => one.id === id && hasRole(one));
  if (member === undefined) {
    throw notFound(`the project member is not found, project id ${project.id}, member id ${id}`);
  }
  exchange.json(200, viewMember(member));
}

/** Gives a member another role. Neither the role nor the member has to exist. */
async function changeMember(harbor: Harbor, exchange: Exchange): Promise<void> {
  const id = idParameter(exchange, 'mid');
  const body = await readOptionalBody(exchange, 'role', { role_id: 'integer' });
  const project = harbor.authorizer.requireProject(exchange, 'member:update');
  if (body === undefined) throw badRequest('role can not be empty');
  if (id === 0) throw badRequest('member id can not be empty');
  checkId(id);
  const role = asNumber(body.role_id) ?? 0;
  checkId(role);
  harbor.projects.setRole(project.id, id, role);
  exchange.empty(200);
}

function removeMember(harbor: Harbor, exchange: Exchange): void {
  const id = idParameter(exchange, 'mid');
  const project = harbor.authorizer.requireProject(exchange, 'member:delete');
  if (id === 0) throw badRequest('the project member id is required.');
  checkId(id);
  harbor.projects.removeMember(project.id, id);
  exchange.empty(200);
}

function viewMember(member: Member) {
  return {
    entity_id: member.userId,
    entity_name: member.username,
    entity_type: 'u',
    id: member.id,
    project_id: member.projectId,
    role_id: member.role,
    role_name: roleNames[member.role],
  };
}
