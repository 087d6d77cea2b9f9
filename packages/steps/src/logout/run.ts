import { resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import type { Harbor } from '@harbor-pilot/harbor';
import { parseHost } from '@harbor-pilot/oci';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { openBroker } from '../login/broker.ts';
import { isOfThisJob } from '../login/job-robot.ts';
import { readRobotNotes } from '../login/robot-notes.ts';
import type { logoutStepInputs, logoutStepOutputs } from './inputs.ts';

type LogoutValues = InputValues<typeof logoutStepInputs>;

/** Runs the step `logout`. Safe to run again. */
export async function runLogout(
  values: LogoutValues,
  runtime: Runtime,
): Promise<OutputValues<typeof logoutStepOutputs>> {
  const host = parseHost(values.registry);
  const ids = await idsOf(values, host, runtime);
  if (ids.length === 0) {
    runtime.info(`no robot account of ${host} was made for this login`);
    return { deletedCount: '0' };
  }
  const harbor = await openBroker(values, host, runtime);
  let count = 0;
  for (const id of ids) if (await deleteOwn(harbor, id, runtime)) count += 1;
  return { deletedCount: String(count) };
}

async function idsOf(
  { robotId, dockerConfig }: LogoutValues,
  host: string,
  { workspace }: Runtime,
): Promise<readonly number[]> {
  if (robotId !== undefined) {
    if (/^\d{1,15}$/.test(robotId)) return [Number(robotId)];
    throw new PilotError('INPUT_INVALID', `the input "robot-id" is "${robotId}"`, {
      hint: 'Give the output robot-id of login, a number.',
    });
  }
  if (dockerConfig === undefined) {
    throw new PilotError('INPUT_INVALID', 'nothing says which robot account is to be deleted', {
      hint: 'Give docker-config, the folder that login wrote into, or its output robot-id.',
    });
  }
  const notes = await readRobotNotes(resolve(workspace, dockerConfig));
  return notes.flatMap(({ registry, id }) => (registry === host ? [id] : []));
}

/** Other steps of the job could have changed the number: only what was made for this job is deleted. */
async function deleteOwn(harbor: Harbor, id: number, runtime: Runtime): Promise<boolean> {
  const robot = await harbor.robot(id);
  if (robot === undefined) {
    runtime.info(`the robot account ${id} is gone already`);
    return false;
  }
  if (!isOfThisJob(robot, runtime)) {
    throw new PilotError('INPUT_INVALID', `the robot account ${robot.name} was not made for this job`, {
      hint: 'Run logout in the job that logged in, with the folder or the robot-id of that login.',
    });
  }
  await harbor.deleteRobot(id);
  runtime.info(`deleted the robot account ${robot.name}`);
  return true;
}
