import type { Runtime } from '@harbor-pilot/step-kit';

/** What a CI tells about the run that builds, in the words of SLSA provenance (version 1). */
export interface CiBuild {
  /** URI: how the parameters are to be read. */
  readonly buildType: string;
  /** URI: who ran it. */
  readonly builderId: string;
  /** What whoever started the run could choose. Never secrets: only what is named here. */
  readonly externalParameters: Readonly<Record<string, unknown>>;
  readonly internalParameters: Readonly<Record<string, unknown>>;
  /** URL of the run. */
  readonly invocationId: string;
  /** Where the sources are from: `https://…`, without credentials. */
  readonly sourceUrl: string;
  readonly ref: string;
  readonly commit: string;
}

type Environment = Runtime['environment'];

/** The run of the CI that a step is part of; undefined on a terminal, and where the CI does not tell enough. */
export function ciBuild({ name, environment }: Pick<Runtime, 'name' | 'environment'>): CiBuild | undefined {
  switch (name) {
    case 'github':
      return onGithub(environment);
    case 'gitlab':
      return onGitlab(environment);
    case 'jenkins':
      return onJenkins(environment);
    case 'terminal':
      return undefined;
  }
}

// https://actions.github.io/buildtypes/workflow/v1
function onGithub(environment: Environment): CiBuild | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit, GITHUB_REF: ref } = environment;
  const { GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt = '1', GITHUB_WORKFLOW_REF: workflow } = environment;
  if (!server || !repository || !commit || !ref || !run || !workflow) return undefined;
  const sourceUrl = `${server}/${repository}`;
  const [file = '', workflowRef = ref] = workflow.split('@');
  const path = file.split('/').slice(2).join('/');
  return {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    builderId: `https://github.com/actions/runner/${environment.RUNNER_ENVIRONMENT ?? 'self-hosted'}`,
    externalParameters: { workflow: { ref: workflowRef, repository: sourceUrl, path } },
    internalParameters: {
      github: given({
        event_name: environment.GITHUB_EVENT_NAME,
        repository_id: environment.GITHUB_REPOSITORY_ID,
        repository_owner_id: environment.GITHUB_REPOSITORY_OWNER_ID,
        runner_environment: environment.RUNNER_ENVIRONMENT,
      }),
    },
    invocationId: `${sourceUrl}/actions/runs/${run}/attempts/${attempt}`,
    sourceUrl,
    ref,
    commit,
  };
}

// Names as GitLab Runner has them in provenance of its own (gitlab-runner 18, PROVENANCE.md); the variables of the job are
// left out.
function onGitlab(environment: Environment): CiBuild | undefined {
  const { CI_PROJECT_URL: sourceUrl, CI_COMMIT_SHA: commit, CI_JOB_URL: invocationId, CI_JOB_NAME: job } = environment;
  if (!sourceUrl || !commit || !invocationId || !job) return undefined;
  const tag = environment.CI_COMMIT_TAG;
  return {
    buildType: 'harbor-pilot:gitlab-job/v1',
    builderId: `${sourceUrl}/-/runners/${environment.CI_RUNNER_ID ?? 'unknown'}`,
    externalParameters: given({
      source: sourceUrl,
      entryPoint: job,
      configuration: environment.CI_CONFIG_PATH,
      trigger: environment.CI_PIPELINE_SOURCE,
    }),
    internalParameters: given({
      pipeline: environment.CI_PIPELINE_URL,
      runnerVersion: environment.CI_RUNNER_VERSION,
      architecture: environment.CI_RUNNER_EXECUTABLE_ARCH,
    }),
    invocationId,
    sourceUrl,
    ref: tag ? `refs/tags/${tag}` : `refs/heads/${environment.CI_COMMIT_REF_NAME ?? ''}`,
    commit,
  };
}

function onJenkins(environment: Environment): CiBuild | undefined {
  const { JENKINS_URL: server, BUILD_URL: invocationId, JOB_NAME: job } = environment;
  const { GIT_URL: remote, GIT_COMMIT: commit, GIT_BRANCH: branch = '' } = environment;
  const sourceUrl = remote === undefined ? undefined : withoutCredentials(remote);
  if (!server || !invocationId || !job || !sourceUrl || !commit) return undefined;
  return {
    buildType: 'harbor-pilot:jenkins-build/v1',
    builderId: server,
    externalParameters: given({ source: sourceUrl, job, branch: branch === '' ? undefined : branch }),
    internalParameters: given({ node: environment.NODE_NAME, build: environment.BUILD_NUMBER }),
    invocationId,
    sourceUrl,
    ref: branch,
    commit,
  };
}

function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

/** Some clone with a token in the URL. `git@host:path` becomes `ssh://git@host/path`. */
function withoutCredentials(remote: string): string {
  const scp = /^([\w.-]+@)?([\w.-]+):(?!\/)(.+)$/.exec(remote);
  const url = URL.parse(scp === null ? remote : `ssh://${scp[1] ?? ''}${scp[2]}/${scp[3]}`);
  if (url === null) return '';
  url.password = '';
  if (url.protocol !== 'ssh:') url.username = '';
  return url.href;
}
