import { asNumber, asObject, asString } from '@harbor-pilot/core';
import { roleNames } from '../access/catalogue.ts';
import type { Harbor } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList } from '../server/listing.ts';
import { conflict, internalError, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Member } from '../store/projects.ts';
import { idParameter } from './id-parameter.ts';

/** Members of projects. */
export const memberRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/members', handle: listMembers },
  { method: 'POST', pattern: '/projects/{project}/members', handle: addMember },
  { method: 'GET', pattern: '/projects/{project}/members/{mid}', handle: showMember },
  { method: 'PUT', pattern: '/projects/{project}/members/{mid}', handle: changeMember },
  { method: 'DELETE', pattern: '/projects/{project}/members/{mid}', handle: removeMember },
];

function listMembers(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'member:list');
  const name = exchange.query.get('entityname') ?? '';
  const everybody = harbor.projects.members(project.id);
  const members = everybody.filter(({ role, username }) => roleNames[role] !== undefined && username.includes(name));
  answerList(exchange, {
    items: members,
    total: everybody.length,
    keys: {},
    view: viewMember,
  });
}

async function addMember(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'project_member', { role_id: 'integer', member_user: 'object' });
  const project = harbor.authorizer.requireProject(exchange, 'member:create');
  const named = asObject(body.member_user);
  const [userId, username] = [asNumber(named?.user_id), asString(named?.username)];
  if (userId === undefined && username === undefined) throw internalError();
  const user = username === undefined ? harbor.users.byId(userId ?? 0) : harbor.users.byName(username);
  if (user === undefined) throw notFound(`user ${username ?? userId} is not found`);
  if (harbor.projects.roleOf(project.id, user.id) !== undefined)
    throw conflict('The project member specified already exist');
  const id = harbor.projects.addMember(project.id, user.id, asNumber(body.role_id) ?? 0);
  exchange.created(`${apiBase}/projects/${exchange.parameter('project')}/members/${id}`);
}

function showMember(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'member:read');
  const id = idParameter(exchange, 'mid');
  const member = harbor.projects.members(project.id).find((one) => one.id === id && roleNames[one.role] !== undefined);
  if (member === undefined)
    throw notFound(`the project member is not found, project id ${project.id}, member id ${id}`);
  exchange.json(200, viewMember(member));
}

async function changeMember(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'role', { role_id: 'integer' });
  harbor.authorizer.requireProject(exchange, 'member:update');
  harbor.projects.setRole(idParameter(exchange, 'mid'), asNumber(body.role_id) ?? 0);
  exchange.empty(200);
}

function removeMember(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'member:delete');
  harbor.projects.removeMember(project.id, idParameter(exchange, 'mid'));
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
