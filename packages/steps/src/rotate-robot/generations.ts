import { PilotError } from '@harbor-pilot/core';
import type { Robot } from '@harbor-pilot/harbor';
import { mangledRobotHint } from '@harbor-pilot/http';
import { parseRobotName } from '../robot-name.ts';

/** The robot accounts that follow each other: the first one, then in turn those that have `-a` and `-b` after its name. */
export interface Generations {
  /** The youngest. */
  readonly current: Robot;
  readonly before: readonly Robot[];
  /** Name of the next one as Harbor wants it, without prefix and project; and its description. */
  readonly next: { readonly name: string; readonly description: string };
}

/**
 * Finds the generations of a robot account. Others that have such a name by chance are none: the description tells.
 * @param robot full name of the first of them.
 * @throws PilotError INPUT_INVALID when there is none; STATE_CONFLICT when the youngest is disabled.
 */
export function findGenerations(robot: string, all: readonly Robot[]): Generations {
  const { name } = parseRobotName(robot);
  const mark = `successor of ${robot}`;
  const isNext = (one: Robot): boolean =>
    [`${robot}-a`, `${robot}-b`].includes(one.name) && one.description.includes(mark);
  const family = all.filter((one) => one.name === robot || isNext(one)).sort((one, other) => other.id - one.id);
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
  return { current, before, next: { name: `${name}-${current.name === `${robot}-a` ? 'b' : 'a'}`, description } };
}

/** Whether a robot account is older than some seconds. */
export function isOlder({ createdAt }: Robot, seconds: number, now: Date): boolean {
  return createdAt === undefined || now.getTime() - createdAt.getTime() >= seconds * 1000;
}
