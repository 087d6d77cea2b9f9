import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Api } from './api.ts';
import { parseTime, requireObject } from './parsing.ts';
import { getProjectId } from './projects.ts';
import type { Robot, RobotPermission } from './types.ts';

/** More than a site has; nobody waits for the rest. */
const limit = 2000;

/** The robot accounts of a project, or those of the system. */
export async function listRobots(api: Api, project: string | undefined): Promise<readonly Robot[]> {
  const query = project === undefined ? '' : `?q=Level%3Dproject,ProjectID%3D${await getProjectId(api, project)}`;
  const what = `list the robot accounts of ${project ?? 'the system'}`;
  const robots: Robot[] = [];
  const place =
    project === undefined ? { permission: 'robot: list, of the system' } : { permission: 'robot: list', project };
  for await (const entry of api.list({ path: `/robots${query}`, what, ...place })) {
    robots.push(parseRobot(entry, what));
    if (robots.length >= limit) break;
  }
  return robots;
}

/** A robot account by its id; undefined when there is none. */
export async function getRobot(api: Api, id: number): Promise<Robot | undefined> {
  const what = `read the robot account ${id}`;
  const response = await api.call({
    method: 'GET',
    path: `/robots/${id}`,
    what,
    expect: [200, 404],
    permission: 'robot: read',
  });
  if (response.status === 200) return parseRobot(await response.json(), what);
  await response.discard();
  return undefined;
}

/** Harbor counts in seconds since 1970; -1 is never. */
export function parseExpiry(value: unknown): { readonly expiresAt?: Date } {
  const seconds = asNumber(value) ?? -1;
  return seconds > 0 ? { expiresAt: new Date(seconds * 1000) } : {};
}

function parseRobot(value: unknown, what: string): Robot {
  const robot = requireObject(value, what);
  const createdAt = parseTime(robot.creation_time);
  return {
    id: asNumber(robot.id) ?? 0,
    name: asString(robot.name) ?? '',
    description: asString(robot.description) ?? '',
    level: robot.level === 'system' ? 'system' : 'project',
    durationDays: asNumber(robot.duration) ?? -1,
    isDisabled: robot.disable === true,
    permissions: asArray(robot.permissions).map(parsePermission),
    ...parseExpiry(robot.expires_at),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function parsePermission(value: unknown): RobotPermission {
  const permission = asObject(value);
  return {
    kind: permission?.kind === 'system' ? 'system' : 'project',
    namespace: asString(permission?.namespace) ?? '',
    access: asArray(permission?.access).map((one) => {
      const access = asObject(one);
      return { resource: asString(access?.resource) ?? '', action: asString(access?.action) ?? '' };
    }),
  };
}
