import { asNumber, asString, PilotError, registerSecret } from '@harbor-pilot/core';
import type { Api } from './api.ts';
import { parseTime, requireObject } from './parsing.ts';
import { parseExpiry } from './robot-list.ts';
import type { NewRobot, ProjectRobotRequest, SystemRobotRequest } from './types.ts';

/** Makes a robot account of one project. Its secret is shown only now, and is masked from now on. */
export function createRobot(api: Api, robot: ProjectRobotRequest): Promise<NewRobot> {
  const { project, access } = robot;
  const permissions = [{ kind: 'project', namespace: project, access }] as const;
  return create(api, { ...robot, permissions }, project);
}

/** Makes a robot account of the system, with rights in any projects. Its secret is masked from now on. */
export function createSystemRobot(api: Api, robot: SystemRobotRequest): Promise<NewRobot> {
  return create(api, robot, undefined);
}

async function create(api: Api, robot: SystemRobotRequest, project: string | undefined): Promise<NewRobot> {
  const places = robot.permissions.map(({ namespace }) => namespace).join(', ');
  const what = `create the robot account ${robot.name} of ${project ?? `the system, for ${places}`}`;
  const response = await api.call({
    method: 'POST',
    path: '/robots',
    what,
    expect: [201],
    json: {
      name: robot.name,
      ...(robot.description === undefined ? {} : { description: robot.description }),
      level: project === undefined ? 'system' : 'project',
      duration: robot.durationDays,
      permissions: robot.permissions,
    },
    ...(project === undefined ? {} : { project }),
    permission: project === undefined ? 'robot: create, of the system' : 'robot: create',
  });
  const created = requireObject(await response.json(), what);
  const id = asNumber(created.id);
  const name = asString(created.name);
  const secret = requireSecret(created.secret, what);
  if (id === undefined || name === undefined) throw incomplete(what);
  const createdAt = parseTime(created.creation_time);
  return { id, name, secret, ...parseExpiry(created.expires_at), ...(createdAt === undefined ? {} : { createdAt }) };
}

/** Has Harbor give a robot account a new secret. The old one ends now; the date on which the account expires stays. */
export async function renewRobotSecret(api: Api, id: number): Promise<string> {
  const what = `give the robot account ${id} a new secret`;
  const response = await api.call({
    method: 'PATCH',
    path: `/robots/${id}`,
    what,
    expect: [200],
    json: { secret: '' },
    permission: 'robot: update, which only a user can have',
  });
  return requireSecret(requireObject(await response.json(), what).secret, what);
}

/** Deletes a robot account; one that is gone already is no error. */
export async function deleteRobot(api: Api, id: number): Promise<void> {
  const response = await api.call({
    method: 'DELETE',
    path: `/robots/${id}`,
    what: `delete the robot account ${id}`,
    expect: [200, 404],
    permission: 'robot: delete',
  });
  await response.discard();
}

function requireSecret(value: unknown, what: string): string {
  const secret = asString(value);
  if (secret === undefined || secret === '') throw incomplete(what);
  registerSecret(secret);
  return secret;
}

function incomplete(what: string): PilotError {
  return new PilotError('ANSWER_UNEXPECTED', `Harbor gave no id, name or secret when asked to ${what}`, {
    hint: 'Look at the robot account in the portal, and try again.',
  });
}
