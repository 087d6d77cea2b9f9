import { asNumber, asObject } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';
import { readGithubEvent } from '../github-event.ts';

/** A pull request of GitHub or a merge request of GitLab, and the server that has it. */
export interface Change {
  readonly system: 'github' | 'gitlab';
  /** Of the API of GitHub, `https://api.github.com`; of GitLab itself, `https://gitlab.example.com`. */
  readonly server: string;
  /** `owner/name`; on GitLab the number of the project will do, too. */
  readonly repository: string;
  readonly number: number;
}

/** The change that a job is for, as its CI tells; undefined when it is for none, or for one of another system. */
export async function findChange({ name, environment }: Runtime): Promise<Change | undefined> {
  switch (name) {
    case 'github':
      return changeOnGithub(environment);
    case 'gitlab':
      return changeOnGitlab(environment);
    case 'jenkins':
      return changeOnJenkins(environment);
    case 'terminal':
      return undefined;
  }
}

async function changeOnGithub(environment: Runtime['environment']): Promise<Change | undefined> {
  const { GITHUB_REPOSITORY: repository, GITHUB_REF: ref, GITHUB_API_URL: server } = environment;
  const told = asNumber(asObject((await readGithubEvent(environment))?.pull_request)?.number);
  const number = told ?? Number(/^refs\/pull\/(\d+)\//.exec(ref ?? '')?.[1]);
  if (repository === undefined || Number.isNaN(number)) return undefined;
  return { system: 'github', server: server || 'https://api.github.com', repository, number };
}

/**
 * The merge request is in the project that it goes to, which the pipeline of a fork is not in. The pipeline of a branch is told
 * the open merge requests of the branch: `shop/app!5,shop/other!3`.
 */
function changeOnGitlab(environment: Runtime['environment']): Change | undefined {
  const { CI_SERVER_URL: server, CI_OPEN_MERGE_REQUESTS: open = '' } = environment;
  const [, ofBranch, numberOfBranch] = /^([^!,]+)!(\d+)/.exec(open) ?? [];
  const repository = environment.CI_MERGE_REQUEST_PROJECT_ID || ofBranch;
  const number = Number(environment.CI_MERGE_REQUEST_IID || numberOfBranch);
  if (server === undefined || repository === undefined || Number.isNaN(number)) return undefined;
  return { system: 'gitlab', server, repository, number };
}

/** Multibranch pipelines tell the page of the change (SCM API plugin), which says what it is. */
function changeOnJenkins({ CHANGE_URL: page }: Runtime['environment']): Change | undefined {
  if (page === undefined || !URL.canParse(page)) return undefined;
  const { origin, host, pathname } = new URL(page);
  const [, onGithub, pull] = /^\/([^/]+\/[^/]+)\/pull\/(\d+)$/.exec(pathname) ?? [];
  if (onGithub !== undefined) {
    // https://docs.github.com/en/enterprise-server/rest/quickstart: GitHub Enterprise Server has its API below /api/v3.
    const server = host === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`;
    return { system: 'github', server, repository: onGithub, number: Number(pull) };
  }
  const [, onGitlab, merge] = /^\/(.+)\/-\/merge_requests\/(\d+)$/.exec(pathname) ?? [];
  if (onGitlab === undefined) return undefined;
  return { system: 'gitlab', server: origin, repository: onGitlab, number: Number(merge) };
}
