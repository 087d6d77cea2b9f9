import type { Step } from '@harbor-pilot/step-kit';
import { allSteps } from '@harbor-pilot/steps';
import { documentationFiles, stepsTable } from './docs.ts';
import type { GeneratedFile } from './generated-file.ts';
import { githubFiles } from './github.ts';
import { gitlabFiles } from './gitlab.ts';
import { jenkinsFiles } from './jenkins.ts';
import { robotsPage } from './permissions.ts';
import { replaceSection } from './sections.ts';

/** What the generator reads besides the declarations. */
export interface GeneratorSources {
  /** Version of the command that the GitLab templates start. */
  readonly version: string;
  /** Text of README.md, whose table of steps is derived. */
  readonly readme: string;
  /** Text of docs/robots.md, whose tables of permissions are derived. */
  readonly robots: string;
  readonly steps?: readonly Step[];
}

/** Every file that is derived from the step declarations. Pure. */
export function generateFiles({
  version,
  readme,
  robots,
  steps = allSteps,
}: GeneratorSources): readonly GeneratedFile[] {
  return [
    ...steps.flatMap((step) => [...githubFiles(step), ...gitlabFiles(step, version), ...jenkinsFiles(step)]),
    ...documentationFiles(steps),
    { path: 'docs/robots.md', text: robotsPage(robots) },
    { path: 'README.md', text: replaceSection(readme, 'steps', stepsTable(steps)) },
  ];
}
