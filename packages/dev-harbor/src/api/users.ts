import { asString } from '@harbor-pilot/core';
import { hashSecret, isStrong } from '../access/secrets.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList } from '../server/listing.ts';
import { badRequest, conflict, forbidden, invalid, notFound, precondition, unauthorized } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { User } from '../store/users.ts';
import { idParameter } from './id-parameter.ts';

/** Users. */
export const userRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/users', handle: listUsers, lists: true },
  { method: 'POST', pattern: '/users', handle: createUser },
  { method: 'GET', pattern: '/users/current', handle: showCurrent },
  { method: 'GET', pattern: '/users/search', handle: findUsers, lists: true },
  { method: 'GET', pattern: '/users/{user_id}', handle: showUser },
  { method: 'DELETE', pattern: '/users/{user_id}', handle: deleteUser },
  { method: 'PUT', pattern: '/users/{user_id}/sysadmin', handle: changeRole },
  { method: 'PUT', pattern: '/users/{user_id}/password', handle: changePassword },
];

const passwordRule =
  'the password or secret must be 8-128, inclusively, characters long with at least 1 uppercase letter, 1 lowercase letter and 1 number';

/** The first administrator, who is not listed and cannot be deleted. */
const firstAdministratorId = 1;

function listUsers(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'user:list');
  const [name, email] = ['username', 'email'].map((key) => exchange.query.get(key)?.toLowerCase() ?? '');
  const keys = { username: (user: User) => user.username, email: (user: User) => user.email };
  const items = harbor.users
    .all()
    .filter(
      (user) =>
        user.id !== firstAdministratorId &&
        user.username.toLowerCase().includes(name ?? '') &&
        user.email.toLowerCase().includes(email ?? ''),
    );
  answerList(exchange, { items, keys, view: viewUser });
}

/** For everybody, who wants to name a member: the shortest name first. The first administrator is found beside others alone. */
function findUsers(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const name = exchange.query.get('username') ?? '';
  if (name === '') throw invalid('username in query is required');
  const found = harbor.users.all().filter(({ username }) => username.includes(name));
  const total = found.filter(({ id }) => id !== firstAdministratorId).length;
  const byLength = found.sort((a, b) => a.username.length - b.username.length || (a.username < b.username ? -1 : 1));
  const items = total === 0 ? [] : byLength;
  answerList(exchange, { items, total, keys: {}, view: ({ id, username }) => ({ user_id: id, username }) });
}

async function createUser(harbor: Harbor, exchange: Exchange): Promise<void> {
  const texts = {
    username: 'string',
    password: 'string',
    email: 'string',
    realname: 'string',
    comment: 'string',
  } as const;
  const body = await readBody(exchange, 'userReq', texts);
  harbor.authorizer.requireSystem(exchange, 'user:create');
  const [username = '', password = '', email = '', realname = '', comment = ''] = Object.keys(texts).map((key) =>
    asString(body[key]),
  );
  if (username.length < 1 || username.length > 255) throw badRequest('username with illegal length');
  if (!isStrong(password)) throw badRequest(passwordRule);
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) throw badRequest('email with illegal format');
  if (harbor.users.byName(username) !== undefined || harbor.users.hasEmail(email)) {
    throw conflict(`user ${username} or email ${email} already exists`);
  }
  const now = timeOf(harbor);
  const hash = await hashSecret(password);
  const user = {
    username,
    password: hash,
    email,
    realname,
    comment,
    isAdministrator: 0,
    createdAt: now,
    updatedAt: now,
  } as const;
  exchange.created(`${apiBase}/users/${harbor.users.create(user)}`);
}

function showCurrent(_harbor: Harbor, exchange: Exchange): void {
  const { principal } = exchange;
  if (principal.kind === 'anonymous') throw unauthorized();
  if (principal.kind !== 'user')
    throw precondition(`get current user not available for security context: ${principal.kind}`);
  exchange.json(200, viewUser(principal.user));
}

function showUser(harbor: Harbor, exchange: Exchange): void {
  exchange.json(200, viewUser(requireUser(harbor, exchange, 'user:read')));
}

function deleteUser(harbor: Harbor, exchange: Exchange): void {
  requireOverUsers(harbor, exchange, 'user:delete', 'Not authorized to delete users');
  const user = findUser(harbor, exchange);
  if (user.id === firstAdministratorId || isOwn(exchange)) throw forbidden(`User with ID ${user.id} cannot be deleted`);
  harbor.users.delete(user.id);
  exchange.empty(200);
}

async function changeRole(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'sysadminFlag', { sysadmin_flag: 'boolean' });
  harbor.authorizer.requireSystem(exchange, 'user:update');
  harbor.users.change(findUser(harbor, exchange).id, { isAdministrator: body.sysadmin_flag === true ? 1 : 0 });
  exchange.empty(200);
}

async function changePassword(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'password', { old_password: 'string', new_password: 'string' });
  const user = requireUser(harbor, exchange, 'user:update');
  if (isOwn(exchange) && !(await harbor.authenticator.knows(user, asString(body.old_password) ?? ''))) {
    throw forbidden('Current password is incorrect');
  }
  const password = asString(body.new_password) ?? '';
  if (!isStrong(password)) throw badRequest(passwordRule);
  if (await harbor.authenticator.knows(user, password)) throw badRequest('New password is identical to old password');
  harbor.users.change(user.id, { password: await hashSecret(password), updatedAt: timeOf(harbor) });
  exchange.empty(200);
}

/** Whether the sender is the user in the path. */
function isOwn(exchange: Exchange): boolean {
  const { principal } = exchange;
  return principal.kind === 'user' && String(principal.user.id) === exchange.parameter('user_id');
}

/** The user in the path, for themselves and for those with the permission. */
function requireUser(harbor: Harbor, exchange: Exchange, permission: string): User {
  const message = `Not authorized to ${permission.split(':')[1]} user: ${exchange.parameter('user_id')}`;
  if (!isOwn(exchange)) requireOverUsers(harbor, exchange, permission, message);
  return findUser(harbor, exchange);
}

/** Refuses everybody without a permission over users; older versions say what was refused. */
function requireOverUsers(harbor: Harbor, exchange: Exchange, permission: string, message: string): void {
  harbor.authorizer.requireSignedIn(exchange);
  const isExplained = harbor.version.explainsUserRefusals;
  if (isExplained && !harbor.authorizer.mayOnSystem(exchange.principal, permission)) throw forbidden(message);
  harbor.authorizer.requireSystem(exchange, permission);
}

function findUser(harbor: Harbor, exchange: Exchange): User {
  const id = idParameter(exchange, 'user_id');
  const user = harbor.users.byId(id);
  if (user === undefined) throw notFound(`user ${id} not found`);
  return user;
}

function viewUser(user: User) {
  return {
    admin_role_in_auth: false,
    ...(user.comment === '' ? {} : { comment: user.comment }),
    creation_time: user.createdAt,
    ...(user.email === '' ? {} : { email: user.email }),
    realname: user.realname,
    sysadmin_flag: user.isAdministrator === 1,
    update_time: user.updatedAt,
    user_id: user.id,
    username: user.username,
  };
}
