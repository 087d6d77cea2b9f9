import { asObject, asString, PilotError } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';
import { readGithubEvent } from './github-event.ts';

/**
 * Refuses to write with the secrets of a project what the code of a fork has made. It is a guard against pipelines that do
 * so by mistake, not against those who may change the pipeline: they can leave it out, or allow it.
 * @param stepName for the message.
 * @throws PilotError FORK_REFUSED
 */
export async function refuseForks(stepName: string, allowForks: boolean, runtime: Runtime): Promise<void> {
  const change = allowForks ? undefined : await changeOfFork(runtime);
  if (change === undefined) return;
  throw new PilotError('FORK_REFUSED', `${stepName} does not run for ${change.what}: its code may be anybody's`, {
    hint: `${change.instead} If nothing here comes from the fork, or somebody has reviewed it: allow-forks: true.`,
  });
}

interface ForkChange {
  /** For people. */
  readonly what: string;
  /** What to do about it. */
  readonly instead: string;
}

async function changeOfFork({ name, environment }: Runtime): Promise<ForkChange | undefined> {
  switch (name) {
    case 'github': {
      const what = await forkOnGithub(environment);
      return what === undefined ? undefined : { what, instead: insteadOnGithub };
    }
    case 'gitlab':
      return forkOnGitlab(environment);
    case 'jenkins':
      return forkOnJenkins(environment);
    case 'terminal':
      return undefined;
  }
}

/** Those that may have the secrets of the repository are refused by their names alone when the event cannot be read. */
const secretEvents: readonly string[] = ['pull_request_target', 'workflow_run'];

const insteadOnGithub =
  'Leave the step out there (if: github.event.pull_request.head.repo.full_name == github.repository), and run it when the pull request is merged.';

/**
 * The pull request of a fork that a job on GitHub is for, as a noun phrase. Those from a branch of the repository itself,
 * Dependabot's too, are none. Gitea and Forgejo give the same variables.
 */
export async function forkOnGithub(environment: Runtime['environment']): Promise<string | undefined> {
  const { GITHUB_EVENT_NAME: event = '', GITHUB_REPOSITORY: repository } = environment;
  if (!event.startsWith('pull_request') && event !== 'workflow_run') return undefined;
  const payload = await readGithubEvent(environment);
  const isRun = event === 'workflow_run';
  const change = asObject(isRun ? payload?.workflow_run : asObject(payload?.pull_request)?.head);
  if (change === undefined)
    return secretEvents.includes(event) ? `a job of ${event} that does not tell its origin` : undefined;
  if (isRun && asString(change.event)?.startsWith('pull_request') === false) return undefined;
  // It is null when the fork is gone.
  const fork = asString(asObject(isRun ? change.head_repository : change.repo)?.full_name);
  const base = asString(asObject(payload?.repository)?.full_name) ?? repository;
  return fork === base ? undefined : `a pull request of ${fork === undefined ? 'a fork' : `the fork ${fork}`}`;
}

/**
 * Pipelines of a fork run in the fork's project, with its own variables, and are left alone. Only when a member of the
 * parent project starts one there, it has the variables of the parent (GitLab, merge request pipelines from forks).
 */
function forkOnGitlab(environment: Runtime['environment']): ForkChange | undefined {
  const { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: source = '', CI_PROJECT_ID: project } = environment;
  if (source === '' || source === project) return undefined;
  const path = environment.CI_MERGE_REQUEST_SOURCE_PROJECT_PATH ?? `in project ${source}`;
  return {
    what: `a merge request of the fork ${path}`,
    instead:
      'Leave the job out there (rules: if: $CI_PIPELINE_SOURCE == "push"), and run it when the change is merged.',
  };
}

/** `CHANGE_FORK` is set by multibranch pipelines for a change that comes from another repository (SCM API plugin). */
function forkOnJenkins({ CHANGE_FORK: fork = '' }: Runtime['environment']): ForkChange | undefined {
  if (fork === '') return undefined;
  return {
    what: `a pull request of the fork ${fork}`,
    instead:
      'Leave the stage out there (when { expression { env.CHANGE_FORK == null } }), and run it when the change is merged.',
  };
}
