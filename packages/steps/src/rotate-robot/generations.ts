import { PilotError } from '@harbor-pilot/core';
import type { Robot } from '@harbor-pilot/harbor';
import { mangledRobotHint } from '@harbor-pilot/http';

/** The robot accounts that follow each other: the first one, then in turn those that have `-a` and `-b` after its name. */
export interface Generations {
  /** The youngest. */
  readonly current: Robot;
  readonly before: readonly Robot[];
  /** What is added to the name of the first one, and the description. */
  readonly next: { readonly ending: '-a' | '-b'; readonly description: string };
}

/**
 * Finds the generations of a robot account. Others that have such a name by chance are none: the description tells.
 * @param robot full name of the first of them.
 * @throws PilotError INPUT_INVALID when there is none; STATE_CONFLICT when the youngest is disabled.
 */
export function findGenerations(robot: string, all: readonly Robot[]): Generations {
  const mark = markOf(robot);
  const family = all.filter((one) => isGeneration(robot, one)).sort((one, other) => other.id - one.id);
  const [current, ...before] = family;
  if (current === undefined) {
    throw new PilotError('INPUT_INVALID', `there is no robot account ${robot}, and no successor of it`, {
      hint:
        mangledRobotHint(robot) ??
        'Look at its name in Harbor (Robot Accounts). The name of the first one is wanted, without -a or -b.',
    });
  }
  if (current.isDisabled) {
    throw new PilotError('STATE_CONFLICT', `the robot account ${current.name} is disabled; a successor would not be`, {
      hint: 'Enable it in Harbor, or delete it.',
    });
  }
  const description = current.description.includes(mark) ? current.description : `${current.description} (${mark})`;
  return { current, before, next: { ending: current.name === `${robot}-a` ? '-b' : '-a', description } };
}

/** Whether a robot account is the one with this full name, or a successor of it. */
export function isGeneration(robot: string, { name, description }: Robot): boolean {
  const isNext = [`${robot}-a`, `${robot}-b`].includes(name) && description.includes(markOf(robot));
  return name === robot || isNext;
}

function markOf(robot: string): string {
  return `successor of ${robot}`;
}

/** Whether a robot account is older than some seconds. */
export function isOlder({ createdAt }: Robot, seconds: number, now: Date): boolean {
  return createdAt === undefined || now.getTime() - createdAt.getTime() >= seconds * 1000;
}
