import type { Runtime } from '@harbor-pilot/step-kit';

/** Variables with the number of a run, which grows from run to run: of GitHub, of a pipeline of GitLab, of a job of Jenkins. */
const variables = { github: 'GITHUB_RUN_ID', gitlab: 'CI_PIPELINE_ID', jenkins: 'BUILD_NUMBER' } as const;

/** The hidden line that tells which run has written a comment; empty where the CI gives it no number. */
export function runMark({ name, environment }: Pick<Runtime, 'name' | 'environment'>): string {
  const number = name === 'terminal' ? undefined : environment[variables[name]];
  return number === undefined || !/^\d{1,15}$/.test(number) ? '' : `<!-- harbor-pilot run ${number} -->`;
}

/** Whether a later run has written a comment: an earlier one that takes longer must not take back what it says. */
export function isOfLaterRun(comment: string, mark: string): boolean {
  return mark !== '' && numberIn(comment) > numberIn(mark);
}

function numberIn(text: string): number {
  return Number(/^<!-- harbor-pilot run (\d{1,15}) -->\r?$/m.exec(text)?.[1] ?? 0);
}
