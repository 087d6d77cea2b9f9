import type { RuntimeName } from '@harbor-pilot/step-kit';
import type { Host } from './host.ts';

/** Which CI the process runs in, by the variables that each one sets. */
export function detectRuntime(environment: Host['environment']): RuntimeName {
  if (environment.GITHUB_ACTIONS === 'true') return 'github';
  if (environment.GITLAB_CI === 'true') return 'gitlab';
  return environment.JENKINS_URL !== undefined || environment.JENKINS_HOME !== undefined ? 'jenkins' : 'terminal';
}
