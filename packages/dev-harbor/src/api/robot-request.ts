import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { isGranted } from '../access/authorizer.ts';
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
  duration: 'integer',
  disable: 'boolean',
  permissions: 'array',
};

/**
 * Reads a robot account and checks it against Harbor's rules.
 * @throws Refusal 400.
 */
export function readRobot(body: Body): WantedRobot {
  const name = asString(body.name) ?? '';
  if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name))
    throw badRequest('robot name is not in lower case or contains illegal characters');
  const level = asString(body.level) ?? '';
  if (level !== 'system' && level !== 'project') throw badRequest(`bad request error level input: ${level}`);
  const durationDays = asNumber(body.duration) ?? 0;
  if (durationDays === 0 || durationDays < -1) {
    throw badRequest(
      `bad request error duration input: ${durationDays}, duration must be either -1(Never) or a positive integer`,
    );
  }
  const permissions = asArray(body.permissions).map(permissionOf);
  if (permissions.length === 0) throw badRequest('bad request empty permission');
  for (const permission of permissions) checkPermission(permission);
  return {
    name,
    level,
    description: asString(body.description) ?? '',
    durationDays,
    isDisabled: body.disable === true ? 1 : 0,
    permissions,
  };
}

function permissionOf(value: unknown): RobotPermission {
  const permission = asObject(value);
  const access = asArray(permission?.access).map((item) => {
    const entry = asObject(item);
    return { action: asString(entry?.action) ?? '', resource: asString(entry?.resource) ?? '' };
  });
  return { kind: asString(permission?.kind) ?? '', namespace: asString(permission?.namespace) ?? '', access };
}

function checkPermission({ kind, access }: RobotPermission): void {
  if (access.length === 0) throw badRequest('bad request empty access');
  const known = kind === 'system' ? systemPermissions : projectPermissions;
  const unknown = access
    .map(({ resource, action }) => `${resource}:${action}`)
    .find((permission) => !known.includes(permission));
  if (unknown !== undefined) throw badRequest(`bad request permission: ${unknown}`);
}

/**
 * The project of a robot of project level; none for one of the system.
 * @throws Refusal 404 when a namespace of it is no project.
 */
export function projectOf(harbor: Harbor, exchange: Exchange, wanted: WantedRobot): Project | undefined {
  for (const { kind, namespace } of wanted.permissions) {
    const isEverywhere = wanted.level === 'system' && namespace === '*';
    if (kind !== 'project' || isEverywhere || harbor.projects.byName(namespace) !== undefined) continue;
    requireRobots(harbor, exchange, undefined, 'create');
    throw notFound(`project ${namespace} not found`);
  }
  return wanted.level === 'project' ? harbor.projects.byName(wanted.permissions[0]?.namespace ?? '') : undefined;
}

/** Refuses those who may not handle the robots of a project, or of the system. */
export function requireRobots(harbor: Harbor, exchange: Exchange, project: Project | undefined, action: string): void {
  if (project === undefined) harbor.authorizer.requireSystem(exchange, `robot:${action}`);
  else harbor.authorizer.requireIn(exchange, project, `robot:${action}`);
}

/**
 * Refuses a robot that wants to give away more than it has; that who may push may pull does not count here.
 * @throws Refusal 403.
 */
export function requireNoMoreThanOwn(exchange: Exchange, permissions: readonly RobotPermission[]): void {
  const { principal } = exchange;
  if (principal.kind !== 'robot') return;
  const isCovered = permissions.every(({ namespace, access }) =>
    access.every(({ resource, action }) => isGranted(principal.robot, `${resource}:${action}`, namespace)),
  );
  if (isCovered) return;
  const rule =
    "permission scope is invalid. It must be equal to or more restrictive than the creator robot's permissions";
  throw denied(`${rule}: ${nameOf(principal)}`);
}

/** When a robot expires, in seconds since 1970; -1 for never. */
export function expiryOf(from: Date, durationDays: number): number {
  return durationDays === -1 ? -1 : Math.floor(from.getTime() / 1000) + durationDays * 86_400;
}
