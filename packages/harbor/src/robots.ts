import { asNumber, asString, PilotError, registerSecret } from '@harbor-pilot/core';
import type { Api } from './api.ts';
import { requireObject } from './parsing.ts';
import type { NewRobot, RobotAccess } from './types.ts';

/** What a new robot account is to be. */
export interface RobotRequest {
  /** Without prefix and project. */
  readonly name: string;
  readonly project: string;
  readonly durationDays: number;
  readonly access: readonly RobotAccess[];
}

/** Makes a robot account of one project. Its secret is shown only now, and is masked from now on. */
export async function createRobot(api: Api, robot: RobotRequest): Promise<NewRobot> {
  const what = `create the robot account ${robot.name} of ${robot.project}`;
  const response = await api.call({
    method: 'POST',
    path: '/robots',
    what,
    expect: [201],
    json: {
      name: robot.name,
      level: 'project',
      duration: robot.durationDays,
      permissions: [{ kind: 'project', namespace: robot.project, access: robot.access }],
    },
    project: robot.project,
    permission: 'robot: create',
  });
  const created = requireObject(await response.json(), what);
  const id = asNumber(created.id);
  const name = asString(created.name);
  const secret = asString(created.secret);
  if (id === undefined || name === undefined || secret === undefined || secret === '') {
    throw new PilotError('ANSWER_UNEXPECTED', `Harbor gave no id, name or secret when asked to ${what}`, {
      hint: 'Delete the robot account in the portal if it is there, and try again.',
    });
  }
  registerSecret(secret);
  const expiresSeconds = asNumber(created.expires_at) ?? -1;
  return { id, name, secret, ...(expiresSeconds > 0 ? { expiresAt: new Date(expiresSeconds * 1000) } : {}) };
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
