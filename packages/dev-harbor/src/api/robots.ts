import { asString } from '@harbor-pilot/core';
import { hashSecret, isStrong, makeSecret } from '../access/secrets.ts';
import { audit } from '../audit-trail.ts';
import { type Harbor, timeOf } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import { parseCriteria } from '../server/criteria.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, type Keys } from '../server/listing.ts';
import { badRequest, conflict, notFound } from '../server/refusal.ts';
import { apiBase, type Route } from '../server/router.ts';
import type { Robot } from '../store/robots.ts';
import { idParameter } from './id-parameter.ts';
import { expiryOf, projectOf, readRobot, requireNoMoreThanOwn, requireRobots, robotFields } from './robot-request.ts';

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
  { method: 'GET', pattern: '/projects/{project}/robots', handle: listRobotsOfProject },
];

const keys: Keys<Robot> = {
  // Asked without its prefix, listed with it.
  name: (robot) => [robot.name, robot.name.slice('robot$'.length)],
  level: (robot) => robot.level,
  project_id: (robot) => robot.projectId ?? 0,
  creation_time: (robot) => robot.createdAt,
};

/** Robots of the system, unless `q` asks for those of one project. */
function listRobots(harbor: Harbor, exchange: Exchange): void {
  const criteria = parseCriteria(exchange.query.get('q') ?? '');
  const [level, projectId] = ['level', 'project_id'].map((key) => {
    const criterion = criteria.get(key);
    return criterion?.kind === 'exact' ? criterion.value : undefined;
  });
  if (level !== undefined && level !== 'project' && level !== 'system')
    throw badRequest('bad request error level input');
  if (level === 'project' && projectId === undefined)
    throw badRequest('must with project ID when to query project robots');
  const project = level === 'project' ? harbor.projects.byId(Number(projectId)) : undefined;
  requireRobots(harbor, exchange, project, 'list');
  const items = harbor.robots.all().filter((robot) => robot.level === (level ?? 'system'));
  answerList(exchange, { items, keys, view: viewRobot, sort: 'name' });
}

function listRobotsOfProject(harbor: Harbor, exchange: Exchange): void {
  const project = harbor.authorizer.requireProject(exchange, 'robot:list');
  const items = harbor.robots.all().filter(({ projectId }) => projectId === project.id);
  answerList(exchange, { items, keys, view: viewRobot, sort: 'name' });
}

async function createRobot(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'robot', robotFields);
  harbor.authorizer.requireSignedIn(exchange);
  const wanted = readRobot(body);
  const project = projectOf(harbor, exchange, wanted);
  requireRobots(harbor, exchange, project, 'create');
  requireNoMoreThanOwn(exchange, wanted.permissions);
  const name = `robot$${project === undefined ? '' : `${project.name}+`}${wanted.name}`;
  if (harbor.robots.byName(name) !== undefined) {
    throw conflict(`robot account ${project?.id ?? 0}:${name.slice('robot$'.length)} already exists`);
  }
  const secret = makeSecret();
  const now = timeOf(harbor);
  const { principal } = exchange;
  const robot = {
    name,
    level: wanted.level,
    projectId: project?.id ?? null,
    permissions: wanted.permissions,
    secret: await hashSecret(secret),
    description: wanted.description,
    durationDays: wanted.durationDays,
    expiresAt: expiryOf(harbor.clock.now(), wanted.durationDays),
    isDisabled: wanted.isDisabled,
    creatorType: principal.kind === 'robot' ? 'robot' : 'local',
    creatorId: principal.kind === 'robot' ? principal.robot.id : principal.kind === 'user' ? principal.user.id : 0,
    createdAt: now,
    updatedAt: now,
  } as const;
  const id = harbor.robots.create(robot);
  audit(harbor, exchange, project?.id ?? 0, { operation: 'create', type: 'robot', resource: name });
  const answer = { creation_time: now, expires_at: robot.expiresAt, id, name, secret };
  exchange.json(201, answer, { Location: `${apiBase}/robots/${id}` });
}

function showRobot(harbor: Harbor, exchange: Exchange): void {
  exchange.json(200, viewRobot(requireRobot(harbor, exchange, 'read')));
}

async function changeRobot(harbor: Harbor, exchange: Exchange): Promise<void> {
  const body = await readBody(exchange, 'robot', robotFields);
  const robot = requireRobot(harbor, exchange, 'update');
  if (asString(body.name) !== robot.name || asString(body.level) !== robot.level) {
    throw badRequest('cannot update the level or name of robot');
  }
  const wanted = readRobot({ ...body, name: 'unchanged' });
  requireNoMoreThanOwn(exchange, wanted.permissions);
  const expiresAt = expiryOf(new Date(robot.createdAt), wanted.durationDays);
  harbor.database.transaction(() => {
    harbor.robots.setPermissions(robot.id, wanted.permissions);
    harbor.robots.change(robot.id, {
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
  const body = await readBody(exchange, 'robotSec', { secret: 'string' });
  const robot = requireRobot(harbor, exchange, 'update');
  const chosen = asString(body.secret) ?? '';
  if (chosen !== '' && !isStrong(chosen)) {
    throw badRequest(
      'the secret must be 8-128, inclusively, characters long with at least 1 uppercase letter, 1 lowercase letter and 1 number',
    );
  }
  const secret = chosen === '' ? makeSecret() : chosen;
  harbor.robots.change(robot.id, { secret: await hashSecret(secret), updatedAt: timeOf(harbor) });
  exchange.json(200, chosen === '' ? { secret } : {});
}

function deleteRobot(harbor: Harbor, exchange: Exchange): void {
  const robot = requireRobot(harbor, exchange, 'delete');
  harbor.robots.delete(robot.id);
  audit(harbor, exchange, robot.projectId ?? 0, { operation: 'delete', type: 'robot', resource: robot.name });
  exchange.empty(200);
}

function requireRobot(harbor: Harbor, exchange: Exchange, action: string): Robot {
  harbor.authorizer.requireSignedIn(exchange);
  const id = idParameter(exchange, 'robot_id');
  const robot = harbor.robots.byId(id);
  if (robot === undefined) throw notFound(`robot ${id} not found`);
  const project = robot.projectId === null ? undefined : harbor.projects.byId(robot.projectId);
  requireRobots(harbor, exchange, project, action);
  return robot;
}

function viewRobot(robot: Robot) {
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
    name: robot.name,
    permissions: robot.permissions,
    update_time: robot.updatedAt,
  };
}
