import { messageOf } from '@harbor-pilot/core';
import type { Harbor, Robot } from '@harbor-pilot/harbor';
import type { Runtime } from '@harbor-pilot/step-kit';
import { expiryWarning } from './expiry.ts';
import { isOfSomeJob } from './job-robot.ts';

/** More than that is left for the next login. */
const mostDeleted = 20;

/** What is swept, and where it is told. */
interface SweepOptions {
  /** By Harbor's clock; those made since then may be at work. */
  readonly before: Date;
  /** The account that does it, and from how many days before it expires that is to be said. */
  readonly broker: { readonly username: string | undefined; readonly warningDays: number };
  readonly runtime: Runtime;
}

/**
 * Deletes robot accounts that jobs have left in these projects, and looks when the broker expires if that is one of them.
 * It never fails: the job goes on without.
 */
export async function sweepLeftovers(
  harbor: Harbor,
  projects: readonly string[],
  { before, broker, runtime }: SweepOptions,
): Promise<void> {
  try {
    const all = await harbor.robots(projects.length === 1 ? projects[0] : undefined);
    warnOfBroker(all, broker, runtime);
    const leftovers = all.filter((robot) => isLeftover(robot, projects, before)).slice(0, mostDeleted);
    for (const { id, name } of leftovers) {
      runtime.signal.throwIfAborted();
      await harbor.deleteRobot(id);
      runtime.info(`deleted the robot account ${name}, which a job has left`);
    }
  } catch (error) {
    runtime.signal.throwIfAborted();
    const why = messageOf(error);
    runtime.info(`robot accounts that jobs have left stay: ${why}`);
  }
}

function warnOfBroker(
  all: readonly Robot[],
  { username, warningDays }: SweepOptions['broker'],
  runtime: Runtime,
): void {
  const at = all.find(({ name }) => name === username)?.expiresAt;
  if (at === undefined || username === undefined) return;
  const warning = expiryWarning({ at, warningDays }, username, runtime.clock.now());
  if (warning !== undefined) runtime.warn(warning);
}

function isLeftover(robot: Robot, projects: readonly string[], before: Date): boolean {
  const isOld = robot.createdAt !== undefined && robot.createdAt < before;
  return isOld && isOfSomeJob(robot) && robot.permissions.every(({ namespace }) => projects.includes(namespace));
}
