import type { Harbor, Robot } from '@harbor-pilot/harbor';
import type { Runtime } from '@harbor-pilot/step-kit';
import { isOfSomeJob } from './job-robot.ts';

/** More than that is left for the next login. */
const mostDeleted = 20;

/** What is swept, and where it is told. */
interface SweepOptions {
  /** By Harbor's clock; those made since then may be at work. */
  readonly before: Date;
  readonly runtime: Runtime;
}

/** Deletes robot accounts that jobs have left in these projects. It never fails: the job goes on without. */
export async function sweepLeftovers(
  harbor: Harbor,
  projects: readonly string[],
  { before, runtime }: SweepOptions,
): Promise<void> {
  try {
    const all = await harbor.robots(projects.length === 1 ? projects[0] : undefined);
    const leftovers = all.filter((robot) => isLeftover(robot, projects, before)).slice(0, mostDeleted);
    for (const { id, name } of leftovers) {
      runtime.signal.throwIfAborted();
      await harbor.deleteRobot(id);
      runtime.info(`deleted the robot account ${name}, which a job has left`);
    }
  } catch (error) {
    runtime.signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    runtime.info(`robot accounts that jobs have left stay: ${why}`);
  }
}

function isLeftover(robot: Robot, projects: readonly string[], before: Date): boolean {
  const isOld = robot.createdAt !== undefined && robot.createdAt < before;
  return isOld && isOfSomeJob(robot) && robot.permissions.every(({ namespace }) => projects.includes(namespace));
}
