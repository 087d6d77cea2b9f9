import type { Harbor } from '../harbor.ts';
import { type Criterion, columnOf } from '../server/criteria.ts';
import type { Exchange } from '../server/exchange.ts';
import { answerList, criteriaOf, type Keys } from '../server/listing.ts';
import { textQuery } from '../server/parameters.ts';
import { badRequest, internalError } from '../server/refusal.ts';
import type { Robot } from '../store/robots.ts';
import { requireInProject } from './lookup.ts';
import { viewRobot } from './robot-view.ts';

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
export function listRobots(harbor: Harbor, exchange: Exchange): void {
  harbor.authorizer.requireSignedIn(exchange);
  const criteria = criteriaOf(exchange);
  const names = (textQuery(exchange, 'q') ?? '').split(',').map((part) => part.split('=')[0]);
  const asked = (name: string) => (names.includes(name) ? textOf(criteria.get(columnOf(name))) : undefined);
  const level = asked('Level');
  if (level === 'project') {
    answerRobots(harbor, exchange, requireAskedProject(harbor, exchange, asked('ProjectID')));
    return;
  }
  if (level !== undefined && level !== 'system') throw badRequest('bad request error level input');
  harbor.authorizer.requireSystem(exchange, 'robot:list');
  const isAll = level === 'system' && !harbor.version.levelFindsSystemRobots;
  answerRobots(harbor, exchange, isAll ? undefined : 0);
}

/** The id of the project whose robots are asked for, by somebody who may. */
function requireAskedProject(harbor: Harbor, exchange: Exchange, text: string | undefined): number {
  if (text === undefined) throw badRequest('must with project ID when to query project robots');
  const id = /^\+?\d{1,18}$/.test(text) ? Number(text) : 0;
  if (id === 0) throw badRequest('ProjectID must be a positive integer');
  requireInProject(harbor, exchange, id, 'robot:list');
  return id;
}

/** Harbor fails where it expects a plain value. */
function textOf(criterion: Criterion | undefined): string | undefined {
  if (criterion === undefined || criterion.kind === 'exact') return criterion?.value;
  throw internalError();
}

/**
 * Answers with a list of robots.
 * @param projectId 0 for those of the system; all when absent.
 */
export function answerRobots(harbor: Harbor, exchange: Exchange, projectId?: number): void {
  const items = harbor.robots.all().filter((robot) => [undefined, robot.projectId ?? 0].includes(projectId));
  // The project asked for has been looked at; where robots of the system are wanted it counts for nothing (v2.15.2,
  // handler/robot.go).
  const criteria = new Map([...criteriaOf(exchange)].filter(([key]) => key !== 'project_id'));
  answerList(exchange, { items, keys, view: (robot) => viewRobot(harbor, robot), sort: 'name' }, criteria);
}
