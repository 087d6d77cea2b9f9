import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { projectPermissions, systemPermissions } from '../access/catalogue.ts';
import { nameOf } from '../access/principal.ts';
import type { Harbor } from '../harbor.ts';
import type { Body, Fields } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, denied, notFound } from '../server/refusal.ts';
import type { Project } from '../store/projects.ts';
import type { RobotPermission } from '../store/robots.ts';

/** The robot account that a request describes. */
export interface WantedRobot {
  readonly name: string;
  readonly level: string;
  readonly description: string;
  readonly durationDays: number;
  readonly isDisabled: 0 | 1;
  readonly permissions: readonly RobotPermission[];
}

/** Types of the fields of a robot account. */
export const robotFields: Fields = {
  name: 'string',
  level: 'string',
  description: 'string',
  secret: 'string',
  duration: 'integer',
  disable: 'boolean',
  permissions: [
    { kind: 'string', namespace: 'string', access: [{ resource: 'string', action: 'string', effect: 'string' }] },
  ],
};

const longestDays = 2 ** 31 - 1;

/**
 * Refuses a name that a new robot account may not have.
 * @throws Refusal 400.
 */
export function checkRobotName(body: Body): void {
  if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(asString(body.name) ?? ''))
    throw badRequest('robot name is not in lower case or contains illegal characters');
}

/**
 * Reads a robot account and checks everything but its name against Harbor's rules.
 * @param usualDays the duration of one that names none.
 * @throws Refusal 400.
 */
export function readRobot(body: Body, usualDays = 0): WantedRobot {
  const durationDays = asNumber(body.duration) ?? usualDays;
  if (durationDays < -1 || durationDays === 0 || durationDays >= longestDays) {
    throw badRequest(
      `bad request error duration input: ${durationDays}, duration must be either -1(Never) or a positive integer`,
    );
  }
  const level = asString(body.level) ?? '';
  if (level !== 'system' && level !== 'project') throw badRequest(`bad request error level input: ${level}`);
  const permissions = asArray(body.permissions).map(permissionOf);
  if (permissions.length === 0) throw badRequest('bad request empty permission');
  if (permissions.some(({ access }) => access.length === 0)) throw badRequest('bad request empty access');
  if (level === 'project' && permissions.length > 1) throw badRequest('bad request permission');
  for (const permission of permissions) checkPermission(permission);
  return {
    name: asString(body.name) ?? '',
    level,
    description: asString(body.description) ?? '',
    durationDays,
    isDisabled: body.disable === true ? 1 : 0,
    permissions: merge(permissions),
  };
}

/** Each namespace once, with each permission once. */
function merge(permissions: readonly RobotPermission[]): RobotPermission[] {
  const merged = new Map<string, RobotPermission>();
  for (const { kind, namespace, access } of permissions) {
    const all = [...(merged.get(`${kind}:${namespace}`)?.access ?? []), ...access];
    const unique = new Map(all.map((one) => [[one.resource, one.action, one.effect].join(':'), one]));
    merged.set(`${kind}:${namespace}`, { kind, namespace, access: [...unique.values()] });
  }
  return [...merged.values()];
}

function permissionOf(value: unknown): RobotPermission {
  const permission = asObject(value);
  const access = asArray(permission?.access).map((item) => {
    const [action = '', resource = '', effect = ''] = ['action', 'resource', 'effect'].map((key) =>
      asString(asObject(item)?.[key]),
    );
    return { action, ...(effect === '' ? {} : { effect }), resource };
  });
  return { kind: asString(permission?.kind) ?? '', namespace: asString(permission?.namespace) ?? '', access };
}

function checkPermission({ kind, access }: RobotPermission): void {
  const known = kind === 'system' ? systemPermissions : kind === 'project' ? projectPermissions : undefined;
  if (known === undefined) throw badRequest(`bad request permission level: ${kind}`);
  const unknown = access
    .map(({ resource, action }) => `${resource}:${action}`)
    .find((permission) => !known.includes(permission));
  if (unknown !== undefined) throw badRequest(`bad request permission: ${unknown}`);
}

/**
 * Refuses those who may not handle robots of a level, and tells the project of one of project level.
 * @throws Refusal 401, 403, or 404 when there is no such project.
 */
export function requireWanted(
  harbor: Harbor,
  exchange: Exchange,
  wanted: WantedRobot,
  action: string,
): Project | undefined {
  const permission = `robot:${action}`;
  if (wanted.level === 'project') {
    return harbor.authorizer.requireProjectOfName(exchange, wanted.permissions[0]?.namespace ?? '', permission);
  }
  harbor.authorizer.requireSystem(exchange, permission);
  return undefined;
}

/**
 * Refuses permissions in what is no project.
 * @throws Refusal 400 or 404.
 */
export function checkNamespaces(harbor: Harbor, { permissions }: WantedRobot): void {
  for (const { kind, namespace } of permissions) {
    if (kind === 'system' && namespace !== '/') throw badRequest('unknown namespace');
    if (kind === 'system' || namespace === '*') continue;
    if (namespace.includes(' ')) throw badRequest(`invalid project name: '${namespace}'`);
    if (harbor.projects.byName(namespace) === undefined) throw notFound(`project ${namespace} not found`);
  }
}

/**
 * Refuses a robot that wants to give away more than it has; that who may push may pull does not count here.
 * @throws Refusal 403.
 */
export function requireNoMoreThanOwn(exchange: Exchange, permissions: readonly RobotPermission[]): void {
  const { principal } = exchange;
  if (principal.kind !== 'robot') return;
  const ownIn = (kind: string, namespace: string) =>
    principal.robot.permissions.filter((one) => one.kind === kind && one.namespace === namespace);
  const isCovered = permissions.every(({ kind, namespace, access }) => {
    const exact = ownIn(kind, namespace);
    const own = exact.length > 0 ? exact : ownIn(kind, '*');
    const has = ({ resource, action }: RobotPermission['access'][number]) =>
      own.some((one) => one.access.some((given) => given.resource === resource && given.action === action));
    return access.every(has);
  });
  if (isCovered) return;
  const rule =
    "permission scope is invalid. It must be equal to or more restrictive than the creator robot's permissions";
  throw denied(`${rule}: ${nameOf(principal)}`);
}

/** When a robot expires, in seconds since 1970; -1 for never. */
export function expiryOf(from: Date, durationDays: number): number {
  return durationDays === -1 ? -1 : Math.floor(from.getTime() / 1000) + durationDays * 86_400;
}
