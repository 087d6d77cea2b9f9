import { asString } from '@harbor-pilot/core';
import { hashSecret, isStrong, makeSecret } from '../access/secrets.ts';
import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { checkId, checkLength } from '../server/parameters.ts';
import { badRequest, conflict, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Robot } from '../store/robots.ts';
import { idParameter } from './id-parameter.ts';
import { requireInProject } from './lookup.ts';
import { listRobots } from './robot-list.ts';
import {
  checkNamespaces,
  checkRobotName,
  expiryOf,
  readRobot,
  requireNoMoreThanOwn,
  requireWanted,
  robotFields,
} from './robot-request.ts';
import { shownName, viewRobot } from './robot-view.ts';

/** Robot accounts. */
export const robotRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/robots', handle: listRobots, lists: true },
  { method: 'POST', pattern: '/robots', handle: createRobot },
  { method: 'GET', pattern: '/robots/{robot_id}', handle: showRobot },
  { method: 'PUT', pattern: '/robots/{robot_id}', handle: changeRobot },
  { method: 'PATCH', pattern: '/robots/{robot_id}', handle: changeSecret },
  { method: 'DELETE', pattern: '/robots/{robot_id}', handle: deleteRobot },
];

async function createRobot(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'robot', robotFields);
  checkRobotName(body);
  const wanted = readRobot(body);
  const project = requireWanted(harbor, exchange, wanted, 'create');
  requireNoMoreThanOwn(exchange, wanted.permissions);
  const name = `${project === undefined ? '' : `${project.name}+`}${wanted.name}`;
  const secret = makeSecret();
  const hash = await hashSecret(secret);
  // From here on nobody else can come first.
  if (harbor.robots.byName(name) !== undefined) {
    throw conflict(`robot account ${project?.id ?? 0}:${name} already exists`);
  }
  checkLength(name, 255);
  checkLength(wanted.description, 1024);
  checkNamespaces(harbor, wanted);
  const now = timeOf(harbor);
  const { principal } = exchange;
  const robot = {
    name,
    level: wanted.level,
    projectId: project?.id ?? null,
    permissions: wanted.permissions,
    secret: hash,
    description: wanted.description,
    durationDays: wanted.durationDays,
    expiresAt: expiryOf(harbor.clock.now(), wanted.durationDays),
    isDisabled: 0,
    creatorType: principal.kind === 'robot' ? 'robot' : 'local',
    creatorId: principal.kind === 'robot' ? principal.robot.id : principal.kind === 'user' ? principal.user.id : 0,
    createdAt: now,
    updatedAt: now,
  } as const;
  const id = harbor.robots.create(robot);
  auditRobot(harbor, exchange, 'create', robot);
  const answer = { creation_time: now, expires_at: robot.expiresAt, id, name: shownName(harbor, robot), secret };
  exchange.json(201, answer, { Location: `${apiBase}/robots/${id}` });
}

function showRobot(harbor: Harbor, exchange: Exchange): void {
  const robot = findRobot(harbor, exchange);
  requireOver(harbor, exchange, robot, 'read');
  exchange.json(200, viewRobot(harbor, robot));
}

async function changeRobot(harbor: Harbor, exchange: Exchange): Promise<void> {
  const id = idParameter(exchange, 'robot_id');
  const body = await readBody(exchange, 'robot', robotFields);
  const robot = findRobot(harbor, exchange);
  const wanted = readRobot(body, robot.durationDays);
  const project = robot.projectId === null ? undefined : harbor.projects.byName(wanted.permissions[0]?.namespace ?? '');
  if (robot.projectId !== null && project === undefined) checkNamespaces(harbor, wanted);
  if (robot.projectId !== (project?.id ?? null)) throw badRequest('cannot update the project id of robot');
  requireOver(harbor, exchange, robot, 'update');
  if (wanted.name !== shownName(harbor, robot) || wanted.level !== robot.level) {
    throw badRequest('cannot update the level or name of robot');
  }
  checkNamespaces(harbor, wanted);
  checkLength(wanted.description, 1024);
  const expiresAt = expiryOf(new Date(robot.createdAt), wanted.durationDays);
  harbor.database.transaction(() => {
    harbor.robots.setPermissions(id, wanted.permissions);
    harbor.robots.change(id, {
      description: wanted.description,
      isDisabled: wanted.isDisabled,
      ...(wanted.durationDays === robot.durationDays ? {} : { durationDays: wanted.durationDays, expiresAt }),
      updatedAt: timeOf(harbor),
    });
  });
  exchange.empty(200);
}

/** Sets the secret that the client chose, or makes one and shows it this once. */
async function changeSecret(harbor: Harbor, exchange: Exchange): Promise<void> {
  const id = idParameter(exchange, 'robot_id');
  const body = await readBody(exchange, 'robotSec', { secret: 'string' });
  requireOver(harbor, exchange, findRobot(harbor, exchange), 'update');
  const chosen = asString(body.secret) ?? '';
  if (chosen !== '' && !isStrong(chosen)) {
    throw badRequest(
      'the secret must be 8-128, inclusively, characters long with at least 1 uppercase letter, 1 lowercase letter and 1 number',
    );
  }
  const secret = chosen === '' ? makeSecret() : chosen;
  harbor.robots.change(id, { secret: await hashSecret(secret), updatedAt: timeOf(harbor) });
  exchange.json(200, chosen === '' ? { secret } : {});
}

function deleteRobot(harbor: Harbor, exchange: Exchange): void {
  const robot = findRobot(harbor, exchange);
  requireOver(harbor, exchange, robot, 'delete');
  removeRobot(harbor, exchange, robot);
}

/** Deletes a robot for somebody who may do that. */
export function removeRobot(harbor: Harbor, exchange: Exchange, robot: Robot): void {
  harbor.robots.delete(robot.id);
  auditRobot(harbor, exchange, 'delete', robot);
  exchange.empty(200);
}

function auditRobot(harbor: Harbor, exchange: Exchange, operation: string, robot: Omit<Robot, 'id'>): void {
  audit(harbor, exchange, robot.projectId ?? 0, { operation, type: 'robot', resource: shownName(harbor, robot) });
}

/**
 * The robot in the path, whoever may handle it.
 * @throws Refusal 401, 404 or 422.
 */
function findRobot(harbor: Harbor, exchange: Exchange): Robot {
  const id = idParameter(exchange, 'robot_id');
  harbor.authorizer.requireSignedIn(exchange);
  checkId(id);
  const robot = harbor.robots.byId(id);
  if (robot === undefined) throw notFound(`robot ${id} not found`);
  return robot;
}

/** Refuses those who may not handle a robot: of its project, or of the system. */
function requireOver(harbor: Harbor, exchange: Exchange, robot: Robot, action: string): void {
  const permission = `robot:${action}`;
  if (robot.projectId === null) harbor.authorizer.requireSystem(exchange, permission);
  else requireInProject(harbor, exchange, robot.projectId, permission);
}
