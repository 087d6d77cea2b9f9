import type { Robot } from '@harbor-pilot/harbor';
import type { Runtime } from '@harbor-pilot/step-kit';

/** How the description of each robot account begins that was made for a job. With the name it tells what may be deleted. */
const mark = 'Harbor Pilot made this for one job';
const prefix = 'harbor-pilot-';
/** Harbor takes names of up to 255 characters, with prefix and project. */
const nameLimit = 80;

/** What a robot account of this job is called and described as, without the random part of its name. */
export interface JobName {
  readonly stem: string;
  readonly description: string;
}

/** Names a job so that everybody sees in Harbor whose robot account it is. */
export function nameJob({ name, run, environment }: Runtime): JobName {
  const parts = {
    github: [environment.GITHUB_RUN_ID, environment.GITHUB_RUN_ATTEMPT, environment.GITHUB_JOB],
    gitlab: [environment.CI_PIPELINE_ID, environment.CI_JOB_ID, environment.CI_JOB_NAME],
    jenkins: [environment.BUILD_TAG],
    terminal: [],
  }[name];
  const words = [name, ...parts].join('-').toLowerCase();
  const stem = `${prefix}${words.replace(/[^a-z0-9]+/g, '-')}`.slice(0, nameLimit).replace(/-+$/, '');
  const where = run.runUrl === undefined ? '' : ` (${run.runUrl})`;
  return { stem, description: `${mark}${where}. It is deleted when the job ends.` };
}

/** Whether a robot account was made for some job. */
export function isOfSomeJob({ name, description }: Robot): boolean {
  return name.includes(prefix) && description.startsWith(mark);
}

/** Whether a robot account was made for this job. */
export function isOfThisJob(robot: Robot, runtime: Runtime): boolean {
  const { stem } = nameJob(runtime);
  const rest = robot.name.split(stem).at(-1) ?? '';
  return isOfSomeJob(robot) && /^-[0-9a-f]{8}$/.test(rest);
}

/** Whether the name of an account is one that is given for a job: it will be gone when that ends. */
export function isNameOfSomeJob(username: string): boolean {
  return /harbor-pilot-(?:github|gitlab|jenkins|terminal)(?:-.*)?-[0-9a-f]{8}$/.test(username);
}
