import { type Harbor, timeOf } from '../harbor.ts';
import { readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { notFound } from '../server/refusal.ts';
import type { Route } from '../server/router.ts';
import type { Robot } from '../store/robots.ts';
import { idParameter } from './id-parameter.ts';
import { answerRobots } from './robot-list.ts';
import { robotFields } from './robot-request.ts';
import { viewRobot } from './robot-view.ts';
import { removeRobot } from './robots.ts';

/** The path of the first API version, for the robots of a project; only early versions have it. */
export const projectRobotRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/projects/{project}/robots', handle: listRobotsOfProject, lists: true },
  { method: 'GET', pattern: '/projects/{project}/robots/{robot_id}', handle: showRobotOfProject },
  { method: 'PUT', pattern: '/projects/{project}/robots/{robot_id}', handle: switchRobotOfProject },
  { method: 'DELETE', pattern: '/projects/{project}/robots/{robot_id}', handle: deleteRobotOfProject },
];

function listRobotsOfProject(harbor: Harbor, exchange: Exchange): void {
  answerRobots(harbor, exchange, harbor.authorizer.requireProject(exchange, 'robot:list').id);
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
  removeRobot(harbor, exchange, findRobotOfProject(harbor, exchange, 'delete'));
}

function findRobotOfProject(harbor: Harbor, exchange: Exchange, action: string): Robot {
  const id = idParameter(exchange, 'robot_id');
  const project = harbor.authorizer.requireProject(exchange, `robot:${action}`);
  const robot = harbor.robots.byId(id);
  if (robot?.projectId === project.id) return robot;
  throw notFound(`resource not found: cannot find robot with project id: ${project.id} and id: ${id}`);
}
