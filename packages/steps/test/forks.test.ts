import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kebabName, type RuntimeName } from '@harbor-pilot/step-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allSteps, executeStep } from '../src/index.ts';
import { captureRuntime } from './runtime.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Enough for each step to begin; nothing listens there. */
const given: Readonly<Record<string, string>> = {
  registry: '127.0.0.1:1',
  image: 'shop/hello:1.0',
  username: 'robot$shop+release',
  password: 'Parent-secret-1',
  to: 'prod/hello',
  type: 'vuln',
  key: 'env://NO_KEY',
  'public-key': 'env://NO_KEY',
  manifests: 'deploy',
};

interface Job {
  readonly ci: RuntimeName;
  readonly environment?: Readonly<Record<string, string>>;
  /** The event of GitHub. */
  readonly event?: object | string;
}

async function run(stepName: string, { ci, environment = {}, event }: Job, inputs = given): Promise<unknown> {
  const step = allSteps.find(({ name }) => name === stepName);
  if (step === undefined) throw new Error(`no step ${stepName}`);
  const path = join(folder, 'event.json');
  const text = typeof event === 'string' ? event : JSON.stringify(event ?? {});
  if (event !== undefined) await writeFile(path, text);
  const variables = { GITHUB_REPOSITORY: 'shop/hello', ...environment };
  const runtime = captureRuntime(folder, event === undefined ? variables : { ...variables, GITHUB_EVENT_PATH: path });
  try {
    return await executeStep(step, { ...runtime, name: ci }, [(name) => inputs[name]]).catch((error: unknown) => error);
  } finally {
    await runtime.end();
  }
}

const pullRequest = (head: string | null, event = 'pull_request'): Job => ({
  ci: 'github',
  environment: { GITHUB_EVENT_NAME: event },
  event: {
    repository: { full_name: 'shop/hello' },
    pull_request: { head: { repo: head === null ? null : { full_name: head } } },
  },
});
const workflowRun = (head: string, event: string): Job => ({
  ci: 'github',
  environment: { GITHUB_EVENT_NAME: 'workflow_run' },
  event: { repository: { full_name: 'shop/hello' }, workflow_run: { event, head_repository: { full_name: head } } },
});
const mergeRequest = (source: string, project: string): Job => ({
  ci: 'gitlab',
  environment: { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: source, CI_PROJECT_ID: project },
});

describe('row 51: steps that write', () => {
  it.each(['push', 'sign', 'attest', 'promote', 'rollout', 'pull-secret', 'release'])(
    'do not run for a fork, before anything else: %s',
    async (step) => {
      expect(await run(step, pullRequest('eve/hello'))).toMatchObject({
        code: 'FORK_REFUSED',
        exitCode: 2,
        message: `${step} does not run for a pull request of the fork eve/hello: its code may be anybody's`,
        hint: expect.stringMatching(/head\.repo\.full_name == github\.repository.*allow-forks: true/),
      });
      expect(await run(step, pullRequest('eve/hello'), { ...given, 'allow-forks': 'true' })).not.toMatchObject({
        code: 'FORK_REFUSED',
      });
    },
  );

  it('are all that there are, but for those that only read', () => {
    const guarded = allSteps.filter(({ inputs }) => 'allowForks' in inputs).map(({ name }) => name);
    const readers = ['build', 'verify', 'scan-gate', 'doctor', 'logout'];
    expect(guarded.sort()).toEqual(
      allSteps
        .map(({ name }) => name)
        .filter((name) => !readers.includes(name))
        .sort(),
    );
    for (const { inputs } of allSteps) {
      for (const [name, declaration] of Object.entries(inputs)) {
        // What a fork can change must not let it in.
        if (kebabName(name) === 'allow-forks') expect(declaration).not.toHaveProperty('config');
      }
    }
  });

  const refused: readonly (readonly [string, Job, RegExp])[] = [
    ['a pull request of a fork', pullRequest('eve/hello'), /the fork eve\/hello/],
    ['one whose fork is gone', pullRequest(null), /a pull request of a fork/],
    ['pull_request_target of a fork', pullRequest('eve/hello', 'pull_request_target'), /the fork eve\/hello/],
    ['a review in one', pullRequest('eve/hello', 'pull_request_review'), /the fork eve\/hello/],
    ['workflow_run after one', workflowRun('eve/hello', 'pull_request'), /the fork eve\/hello/],
    [
      'pull_request_target that says nothing more',
      { ci: 'github', environment: { GITHUB_EVENT_NAME: 'pull_request_target' }, event: 'no JSON' },
      /a job of pull_request_target that does not tell its origin/,
    ],
    ['a merge request of a fork, started in the parent', mergeRequest('77', '5'), /in project 77/],
    [
      'a change that Jenkins knows as one of a fork',
      { ci: 'jenkins', environment: { CHANGE_FORK: 'eve' } },
      /fork eve/,
    ],
  ];
  it.each(refused)('refuse %s', async (_, job, message) => {
    expect(await run('push', job)).toMatchObject({ code: 'FORK_REFUSED', message: expect.stringMatching(message) });
  });

  const taken: readonly (readonly [string, Job])[] = [
    ['a pull request of the repository itself', pullRequest('shop/hello')],
    ['pull_request_target of it', pullRequest('shop/hello', 'pull_request_target')],
    [
      "Dependabot's, whose secrets are its own",
      {
        ...pullRequest('shop/hello'),
        environment: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_ACTOR: 'dependabot[bot]' },
      },
    ],
    ['a run after a push', workflowRun('shop/hello', 'push')],
    ['a push', { ci: 'github', environment: { GITHUB_EVENT_NAME: 'push' }, event: {} }],
    ['an event without a head', { ci: 'github', environment: { GITHUB_EVENT_NAME: 'pull_request' }, event: {} }],
    ['a merge request of the project itself', mergeRequest('5', '5')],
    ["a merge request in the fork's own project", mergeRequest('77', '77')],
    ['a branch on GitLab', { ci: 'gitlab', environment: { CI_PROJECT_ID: '5' } }],
    ['a pull request from the repository in Jenkins', { ci: 'jenkins', environment: { CHANGE_ID: '7' } }],
    ['a terminal', { ci: 'terminal', environment: { CHANGE_FORK: 'eve' } }],
  ];
  it.each(taken)('go on for %s', async (_, job) => {
    const error = await run('push', job);
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('make a bundle for anybody: it is a file', async () => {
    const inputs = { ...given, 'to-bundle': join(folder, 'bundle.tar') };
    expect(await run('push', pullRequest('eve/hello'), inputs)).not.toMatchObject({ code: 'FORK_REFUSED' });
  });
});
