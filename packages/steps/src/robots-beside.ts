import { PilotError } from '@harbor-pilot/core';
import type { Harbor, Robot } from '@harbor-pilot/harbor';
import { mangledRobotHint } from '@harbor-pilot/http';

/** The robot accounts of one place. */
export interface RobotsOfPlace {
  /** undefined for the system. */
  readonly project: string | undefined;
  readonly robots: readonly Robot[];
}

/**
 * Lists the robot accounts of the project that one is in, or of the system. Full names begin with a text that is a setting
 * of Harbor, so only Harbor can tell what in `robot$project+name` is the project.
 * @param robot full name.
 * @param isMeant tells one that is in the right place.
 * @returns no robot accounts when there is none that is meant.
 * @throws PilotError PROJECT_UNAVAILABLE, AUTH_DENIED; INPUT_INVALID for what is left of a name when a shell or a CI has
 *   changed it.
 */
export async function robotsBeside(
  harbor: Pick<Harbor, 'robots'>,
  robot: string,
  isMeant: (one: Robot) => boolean,
): Promise<RobotsOfPlace> {
  const plus = robot.lastIndexOf('+');
  const places = plus < 0 ? [undefined] : projectsIn(robot.slice(0, plus));
  const failures: PilotError[] = [];
  for (const project of places) {
    const robots = await harbor.robots(project).catch((error: unknown) => {
      if (!(error instanceof PilotError) || error.code !== 'PROJECT_UNAVAILABLE') throw error;
      failures.push(error);
    });
    if (robots?.some(isMeant) === true) return { project, robots };
  }
  const [failure] = failures;
  if (failure === undefined || failures.length < places.length) return { project: places[0], robots: [] };
  const hint = mangledRobotHint(robot);
  throw hint === undefined
    ? failure
    : new PilotError('INPUT_INVALID', `there is no robot account ${robot}`, { hint, cause: failure });
}

/** What may be the project at the end of a text, the likely ones first. */
function projectsIn(text: string): readonly string[] {
  const [name = ''] = /[a-z\d._-]*$/.exec(text) ?? [];
  const ends = [...name].map((_, index) => name.slice(index)).filter((end) => /^[a-z\d]/.test(end));
  const words = ends.filter((end) => /[._-]$/.test(name.slice(0, -end.length)));
  // A prefix is rarely nothing but letters: where it has a sign that names of projects have not, it ends there or at a
  // later sign.
  return [...new Set([name, ...words, ...(name === text ? ends : [])])];
}
