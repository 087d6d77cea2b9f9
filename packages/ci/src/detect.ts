import { otherVariables, type RuntimeName } from '@harbor-pilot/step-kit';
import type { Host } from './host.ts';

/** The last is that of our library: Jenkins leaves out the first where nobody has configured it, and the second in containers. */
const jenkinsVariables = ['JENKINS_URL', 'JENKINS_HOME', otherVariables.resultFile];

/** Which CI the process runs in, by the variables that each one sets. */
export function detectRuntime(environment: Host['environment']): RuntimeName {
  if (environment.GITHUB_ACTIONS === 'true') return 'github';
  if (environment.GITLAB_CI === 'true') return 'gitlab';
  return jenkinsVariables.some((name) => environment[name] !== undefined) ? 'jenkins' : 'terminal';
}
