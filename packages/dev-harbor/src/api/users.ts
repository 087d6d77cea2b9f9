import { asString } from '@harbor-pilot/core';
import { hashSecret, isStrong } from '../access/secrets.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, criteriaOf, type Keys } from '../server/listing.ts';
import { checkId, requiredQuery, textQuery } from '../server/parameters.ts';
import {
  badRequest,
  conflict,
  forbidden,
  internalError,
  notFound,
  precondition,
  unauthorized,
} from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { User } from '../store/users.ts';
import { idParameter } from './id-parameter.ts';
import { checkProfile, readProfile, readUser } from './user-request.ts';

/** Users. */
export const userRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/users', handle: listUsers, lists: true },
  { method: 'POST', pattern: '/users', handle: createUser },
  { method: 'GET', pattern: '/users/current', handle: showCurrent },
  { method: 'GET', pattern: '/users/search', handle: findUsers, lists: true },
  { method: 'GET', pattern: '/users/{user_id}', handle: showUser },
  { method: 'PUT', pattern: '/users/{user_id}', handle: changeProfile },
  { method: 'DELETE', pattern: '/users/{user_id}', handle: deleteUser },
  { method: 'PUT', pattern: '/users/{user_id}/sysadmin', handle: changeRole },
  { method: 'PUT', pattern: '/users/{user_id}/password', handle: changePassword },
  { method: 'PUT', pattern: '/users/{user_id}/cli_secret', handle: changeCommandLineSecret },
];

const passwordRule =
  'the password or secret must be 8-128, inclusively, characters long with at least 1 uppercase letter, 1 lowercase letter and 1 number';

/** The first administrator, who is not listed and cannot be deleted. */
const firstAdministratorId = 1;

const keys: Keys<User> = {
  user_id: (user) => user.id,
  username: (user) => user.username,
  email: (user) => user.email,
  realname: (user) => user.realname,
  comment: (user) => user.comment,
  sysadmin_flag: (user) => user.isAdministrator === 1,
  creation_time: (user) => user.createdAt,
  update_time: (user) => user.updatedAt,
};

function listUsers(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSystem(exchange, 'user:list');
  const criteria = new Map(criteriaOf(exchange));
  for (const key of ['username', 'email']) {
    const value = textQuery(exchange, key);
    if (value !== undefined) criteria.set(key, { kind: 'fuzzy', value });
  }
  const items = harbor.users.all().filter(({ id }) => id !== firstAdministratorId);
  answerList(exchange, { items, keys, view: viewUser, sort: 'username' }, criteria);
}

/** For everybody, who wants to name a member: the shortest name first. What is counted is not always what is found. */
function findUsers(harbor: Harbor, exchange: Exchange): void {
  const name = requiredQuery(exchange, 'username');
  harbor.authorizer.requireSignedIn(exchange);
  const similar = harbor.users
    .all()
    .filter(({ username }) => username.toLowerCase().includes(name.toLowerCase()))
    .sort((a, b) => a.username.length - b.username.length || (a.username < b.username ? -1 : 1));
  const others = similar.filter(({ id }) => id !== firstAdministratorId);
  const total = others.length;
  const exact = similar.filter(({ username }) => username.includes(name));
  const items = total > 0 && harbor.version.searchFindsAdministrator ? exact : others;
  const view = ({ id, username }: User) => ({ user_id: id, username });
  answerList(exchange, { items, total, keys: {}, view }, new Map());
}

async function createUser(harbor: Harbor, exchange: Exchange): Promise<void> {
  const { username, password, ...profile } = await readUser(exchange);
  requireMaker(harbor, exchange);
  if (!isStrong(password)) throw badRequest(passwordRule);
  checkProfile(profile, username);
  const hash = await hashSecret(password);
  // From here on nobody else can come first.
  if (harbor.users.byName(username) !== undefined || harbor.users.hasEmail(profile.email)) {
    throw conflict(`user ${username} or email ${profile.email} already exists`);
  }
  const now = timeOf(harbor);
  const user = { ...profile, username, password: hash, isAdministrator: 0, createdAt: now, updatedAt: now } as const;
  exchange.created(`${apiBase}/users/${harbor.users.create(user)}`);
}

/** Who may register themselves do that with the form of the pages alone. */
function requireMaker(harbor: Harbor, exchange: Exchange): void {
  const { authorizer, configuration, sessions } = harbor;
  const { auth_mode } = configuration.values;
  if (auth_mode !== 'db_auth') throw forbidden(`creating local user is not allowed under auth mode: ${auth_mode}`);
  if (!configuration.values.self_registration) authorizer.requireSystem(exchange, 'user:create');
  else if (!authorizer.mayOnSystem(exchange.principal, 'user:create') && !sessions.isCarried(exchange))
    throw forbidden('self-registration cannot be triggered via API');
}

function showCurrent(harbor: Harbor, exchange: Exchange): void {
  const { principal } = exchange;
  if (principal.kind === 'anonymous') throw unauthorized();
  if (principal.kind !== 'user')
    throw precondition(`get current user not available for security context: ${principal.kind}`);
  exchange.json(200, viewUser(findUser(harbor, principal.user.id)));
}

function showUser(harbor: Harbor, exchange: Exchange): void {
  const id = requireOwnOr(harbor, exchange, 'user:read');
  exchange.json(200, viewUser(findUser(harbor, id)));
}

async function changeProfile(harbor: Harbor, exchange: Exchange): Promise<void> {
  const profile = await readProfile(exchange);
  const id = requireOwnOr(harbor, exchange, 'user:update');
  checkProfile(profile);
  const user = requireRow(harbor, id);
  if (profile.email !== user.email && harbor.users.hasEmail(profile.email)) throw internalError();
  harbor.users.change(id, { ...profile, updatedAt: timeOf(harbor) });
  exchange.empty(200);
}

function deleteUser(harbor: Harbor, exchange: Exchange): void {
  const id = idParameter(exchange, 'user_id');
  requireOverUsers(harbor, exchange, 'user:delete', 'Not authorized to delete users');
  if (id === firstAdministratorId || isSender(exchange, id)) throw forbidden(`User with ID ${id} cannot be deleted`);
  harbor.users.delete(findUser(harbor, id).id);
  exchange.empty(200);
}

async function changeRole(harbor: Harbor, exchange: Exchange): Promise<void> {
  const id = idParameter(exchange, 'user_id');
  const body = await readBody(exchange, 'sysadminFlag', { sysadmin_flag: 'boolean' });
  harbor.authorizer.requireSystem(exchange, 'user:update');
  requireRow(harbor, id);
  harbor.users.change(id, { isAdministrator: body.sysadmin_flag === true ? 1 : 0 });
  exchange.empty(200);
}

async function changePassword(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'password', { old_password: 'string', new_password: 'string' });
  const id = requireOwnOr(harbor, exchange, 'user:update');
  const known = harbor.users.byId(id);
  const isRight = known !== undefined && (await harbor.authenticator.knows(known, asString(body.old_password) ?? ''));
  if (isSender(exchange, id) && !isRight) throw forbidden('Current password is incorrect');
  const password = asString(body.new_password) ?? '';
  if (!isStrong(password)) throw badRequest(passwordRule);
  const user = findUser(harbor, id);
  if (await harbor.authenticator.knows(user, password)) throw badRequest('New password is identical to old password');
  harbor.users.change(id, { password: await hashSecret(password), updatedAt: timeOf(harbor) });
  exchange.empty(200);
}

/** Only who signs in elsewhere needs a secret of their own for the command line. */
async function changeCommandLineSecret(harbor: Harbor, exchange: Exchange): Promise<never> {
  idParameter(exchange, 'user_id');
  await readBody(exchange, 'secret', { secret: 'string' });
  throw precondition(`unable to update CLI secret under authmode: ${harbor.configuration.values.auth_mode}`);
}

function isSender({ principal }: Exchange, id: number): boolean {
  return principal.kind === 'user' && principal.user.id === id;
}

/** The user in the path, for themselves and for those with the permission, whether there is one or not. */
function requireOwnOr(harbor: Harbor, exchange: Exchange, permission: string): number {
  const id = idParameter(exchange, 'user_id');
  const message = refusalOf(permission, id);
  if (!isSender(exchange, id)) requireOverUsers(harbor, exchange, permission, message);
  return id;
}

const refusalOf = (permission: string, id: number): string =>
  permission === 'user:read' ? `Not authorized to read user: ${id}` : `User with ID ${id} can't be updated`;

/** Refuses everybody without a permission over users; older versions say what was refused. */
function requireOverUsers(harbor: Harbor, exchange: Exchange, permission: string, message: string): void {
  harbor.authorizer.requireSignedIn(exchange);
  const isExplained = harbor.version.explainsUserRefusals;
  if (isExplained && !harbor.authorizer.isAdministrator(exchange.principal)) throw forbidden(message);
  harbor.authorizer.requireSystem(exchange, permission);
}

function findUser(harbor: Harbor, id: number): User {
  checkId(id);
  const user = harbor.users.byId(id);
  if (user === undefined) throw notFound(`user ${id} not found`);
  return user;
}

/** Like {@link findUser}, where Harbor notices only when it writes. */
function requireRow(harbor: Harbor, id: number): User {
  checkId(id);
  const user = harbor.users.byId(id);
  if (user === undefined) throw notFound(`user with id ${id} not found`);
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
