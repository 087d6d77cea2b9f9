import { asString } from '@harbor-pilot/core';
import { hashSecret, isStrong, makeSecret } from '../access/secrets.ts';
import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import { type Criterion, columnOf } from '../server/criteria.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, criteriaOf, type Keys } from '../server/listing.ts';
import { checkId, checkLength, textQuery } from '../server/parameters.ts';
import { badRequest, conflict, internalError, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Robot } from '../store/robots.ts';
import { idParameter } from './id-parameter.ts';
import { requireInProject } from './lookup.ts';
import {
  checkNamespaces,
  checkRobotName,
  expiryOf,
  readRobot,
  requireNoMoreThanOwn,
  requireWanted,
  robotFields,
} from './robot-request.ts';

/** Robot accounts. */
export const robotRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/robots', handle: listRobots, lists: true },
  { method: 'POST', pattern: '/robots', handle: createRobot },
  { method: 'GET', pattern: '/robots/{robot_id}', handle: showRobot },
  { method: 'PUT', pattern: '/robots/{robot_id}', handle: changeRobot },
  { method: 'PATCH', pattern: '/robots/{robot_id}', handle: changeSecret },
  { method: 'DELETE', pattern: '/robots/{robot_id}', handle: deleteRobot },
];

/** The path of the first API version, for the robots of a project; only early versions have it. */
export const projectRobotRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/robots', handle: listRobotsOfProject, lists: true },
  { method: 'GET', pattern: '/projects/{project}/robots/{robot_id}', handle: showRobotOfProject },
  { method: 'PUT', pattern: '/projects/{project}/robots/{robot_id}', handle: switchRobotOfProject },
  { method: 'DELETE', pattern: '/projects/{project}/robots/{robot_id}', handle: deleteRobotOfProject },
];

const keys: Keys<Robot> = {
  id: (robot) => robot.id,
  name: (robot) => robot.name,
  description: (robot) => robot.description,
  duration: (robot) => robot.durationDays,
  project_id: (robot) => robot.projectId ?? 0,
  expiresat: (robot) => robot.expiresAt,
  disabled: (robot) => robot.isDisabled === 1,
  creation_time: (robot) => robot.createdAt,
  update_time: (robot) => robot.updatedAt,
};

/** Robots of the system, unless `q` asks for those of one project, `Level=project,ProjectID=1`, in just these words. */
function listRobots(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const criteria = criteriaOf(exchange);
  const names = (textQuery(exchange, 'q') ?? '').split(',').map((part) => part.split('=')[0]);
  const asked = (name: string) => (names.includes(name) ? textOf(criteria.get(columnOf(name))) : undefined);
  const level = asked('Level') ?? 'system';
  if (level !== 'project' && level !== 'system') throw badRequest('bad request error level input');
  let projectId = 0;
  if (level === 'project') {
    const text = asked('ProjectID');
    if (text === undefined) throw badRequest('must with project ID when to query project robots');
    projectId = /^\+?\d{1,18}$/.test(text) ? Number(text) : 0;
    if (projectId === 0) throw badRequest('ProjectID must be a positive integer');
    requireInProject(harbor, exchange, projectId, 'robot:list');
  } else {
    harbor.authorizer.requireSystem(exchange, 'robot:list');
  }
  answerRobots(harbor, exchange, asksForAll(harbor, asked('Level')) ? undefined : projectId);
}

const asksForAll = ({ version }: Harbor, level: string | undefined): boolean =>
  level === 'system' && !version.levelFindsSystemRobots;

/** Harbor fails where it expects a plain value. */
function textOf(criterion: Criterion | undefined): string | undefined {
  if (criterion === undefined || criterion.kind === 'exact') return criterion?.value;
  throw internalError();
}

function listRobotsOfProject(harbor: Harbor, exchange: Exchange): void {
  answerRobots(harbor, exchange, harbor.authorizer.requireProject(exchange, 'robot:list').id);
}

/** @param projectId 0 for robots of the system; all when absent. */
function answerRobots(harbor: Harbor, exchange: Exchange, projectId?: number): void {
  const items = harbor.robots.all().filter((robot) => [undefined, robot.projectId ?? 0].includes(projectId));
  answerList(exchange, { items, keys, view: (robot) => viewRobot(harbor, robot), sort: 'name' });
}

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
  remove(harbor, exchange, robot);
}

function remove(harbor: Harbor, exchange: Exchange, robot: Robot): void {
  harbor.robots.delete(robot.id);
  auditRobot(harbor, exchange, 'delete', robot);
  exchange.empty(200);
}

function showRobotOfProject(harbor: Harbor, exchange: Exchange): void {
  exchange.json(200, viewRobot(harbor, findRobotOfProject(harbor, exchange, 'read')));
}

/** This path changes nothing but whether a robot is switched off. */
async function switchRobotOfProject(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'robot', robotFields);
  const robot = findRobotOfProject(harbor, exchange, 'update');
  harbor.robots.change(robot.id, { isDisabled: body.disable === true ? 1 : 0, updatedAt: timeOf(harbor) });
  exchange.empty(200);
}

function deleteRobotOfProject(harbor: Harbor, exchange: Exchange): void {
  remove(harbor, exchange, findRobotOfProject(harbor, exchange, 'delete'));
}

function findRobotOfProject(harbor: Harbor, exchange: Exchange, action: string): Robot {
  const id = idParameter(exchange, 'robot_id');
  const project = harbor.authorizer.requireProject(exchange, `robot:${action}`);
  const robot = harbor.robots.byId(id);
  if (robot?.projectId === project.id) return robot;
  throw notFound(`resource not found: cannot find robot with project id: ${project.id} and id: ${id}`);
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

/** The name of a robot with the prefix that all of them have. */
function shownName(harbor: Harbor, { name }: Pick<Robot, 'name'>): string {
  return `${harbor.configuration.values.robot_name_prefix}${name}`;
}

function viewRobot(harbor: Harbor, robot: Robot) {
  return {
    creation_time: robot.createdAt,
    creator_ref: robot.creatorId,
    creator_type: robot.creatorType,
    ...(robot.description === '' ? {} : { description: robot.description }),
    disable: robot.isDisabled === 1,
    duration: robot.durationDays,
    editable: true,
    expires_at: robot.expiresAt,
    id: robot.id,
    level: robot.level,
    name: shownName(harbor, robot),
    permissions: robot.permissions,
    update_time: robot.updatedAt,
  };
}
