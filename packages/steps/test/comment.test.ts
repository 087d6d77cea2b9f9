import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerSecret } from '@harbor-pilot/core';
import type { RuntimeName } from '@harbor-pilot/step-kit';
import { makeIdentity } from '@harbor-pilot/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { postComment } from '../src/comment/post-comment.ts';
import { type CommentServer, startGithub, startGitlab } from './comment-servers.ts';
import { nothing } from './no-values.ts';
import { captureRuntime } from './runtime.ts';

const line = '<!-- harbor-pilot gate 0123456789abcdef -->';
const text = (verdict: string): string => `${line}\n\n## ${verdict}\n`;

let folder: string;
let server: CommentServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comment-'));
});
afterEach(() => server?.close());
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Comments in a job, and gives back what the log says of it. */
async function say(
  verdict: string,
  name: RuntimeName,
  environment: Record<string, string>,
  commentToken: string | undefined = 'token-of-7',
): Promise<string> {
  const runtime = { ...captureRuntime(folder, environment), name };
  const values = { ...nothing, image: 'harbor.example.com/shop/app', commentToken };
  await postComment({ line, textFor: () => text(verdict) }, values, runtime);
  return runtime.lines.join('\n');
}

const onGithub = (more: Record<string, string> = {}): Record<string, string> => ({
  GITHUB_API_URL: server.url,
  GITHUB_REPOSITORY: 'shop/app',
  GITHUB_REF: 'refs/pull/5/merge',
  ...more,
});
const onGitlab = (more: Record<string, string> = {}): Record<string, string> => ({
  CI_SERVER_URL: server.url,
  CI_PROJECT_ID: '99',
  CI_MERGE_REQUEST_PROJECT_ID: '12',
  CI_MERGE_REQUEST_IID: '5',
  ...more,
});

describe.each([
  ['github', startGithub, onGithub, 'PATCH', 'pull-requests: write'],
  ['gitlab', startGitlab, onGitlab, 'PUT', 'scope "api"'],
] as const)('a comment on %s', (name, start, job, change, advice) => {
  it('is written once, and then kept up to date in its place', async () => {
    server = await start();
    expect(await say('passed', name, job())).toMatch(/the comment on .+5 is written$/);
    expect(await say('passed', name, job())).toMatch(/says the same already$/);
    expect(await say('refused', name, job())).toMatch(/is up to date$/);
    expect(server.comments.map(({ body }) => body)).toEqual([text('refused')]);
    expect(server.requests.filter((request) => /POST|PATCH|PUT/.test(request))).toHaveLength(2);
    expect(server.requests.every((request) => request.startsWith('+'))).toBe(true);
  });

  it('is found on a later page, and not taken for what others have written', async () => {
    server = await start();
    const others = Array.from({ length: 230 }, (_, index) => ({ id: index + 1, author: 3, body: `no. ${index}` }));
    server.comments.push(
      ...others,
      { id: 231, author: 3, body: text('never') },
      { id: 232, author: 7, body: text('passed') },
    );
    server.comments.push({ id: 233, author: 7, body: `I quote: ${line}` });
    await say('refused', name, job());
    expect(server.comments).toHaveLength(233);
    expect(server.comments[231]?.body).toBe(text('refused'));
    expect(server.comments[230]?.body).toBe(text('never'));
    expect(server.requests.filter((request) => request.includes('per_page=100'))).toHaveLength(3);
  });

  it('stays one when two jobs begin at once, and when there are two already', async () => {
    server = await start();
    await Promise.all([say('passed', name, job()), say('refused', name, job())]);
    expect(server.comments).toHaveLength(1);
    server.comments.push({ id: 2001, author: 7, body: text('stale') }, { id: 2002, author: 3, body: text('never') });
    await say('newest', name, job());
    expect(server.comments.map(({ body }) => body)).toEqual([text('newest'), text('never')]);
  });

  it('of a later run is not taken back by an earlier one that takes longer', async () => {
    server = await start();
    const run = (number: string): Record<string, string> =>
      job(name === 'github' ? { GITHUB_RUN_ID: number } : { CI_PIPELINE_ID: number });
    await say('refused', name, run('11'));
    expect(await say('passed', name, run('9'))).toMatch(/is that of a later run, and stays$/);
    expect(server.comments.map(({ body }) => body)).toEqual([`${text('refused')}<!-- harbor-pilot run 11 -->`]);
    expect(await say('passed', name, run('11'))).toMatch(/is up to date$/);
    expect(await say('newest', name, run('12'))).toMatch(/is up to date$/);
  });

  it('is found among long ones of others', async () => {
    server = await start();
    const long = 'x'.repeat(1_000_000);
    server.comments.push(...Array.from({ length: 9 }, (_, id) => ({ id: id + 1, author: 3, body: long })));
    server.comments.push({ id: 10, author: 7, body: text('passed') });
    expect(await say('refused', name, job())).toMatch(/is up to date$/);
  });

  it('is written anew when somebody deletes it meanwhile', async () => {
    server = await start();
    server.comments.push({ id: 1, author: 7, body: text('passed') });
    server.broken.set(change, 404);
    expect(await say('refused', name, job())).toMatch(/is written$/);
    expect(server.comments.map(({ body }) => body)).toContain(text('refused'));
  });

  it.each([
    [403, 'POST'],
    [404, 'GET'],
    [500, 'POST'],
  ])('is a warning when the server answers %p to %s', async (status, method) => {
    server = await start();
    server.broken.set(method, status);
    const log = await say('passed', name, job());
    expect(log).toMatch(
      new RegExp(`^warning: there is no comment: .+ answered ${status} to the request to .+ \\(It is locked\\.\\)\\.`),
    );
    if (status < 500) expect(log).toContain(advice);
    expect(server.comments).toEqual([]);
  });

  it('is a warning when it cannot be changed any more', async () => {
    server = await start();
    server.comments.push({ id: 1, author: 7, body: text('passed') });
    server.broken.set(change, 403);
    expect(await say('refused', name, job())).toContain('answered 403 to the request to change a');
    expect(server.comments).toHaveLength(1);
  });

  it('is a warning without a token, with one that is not known, and without a server', async () => {
    server = await start();
    expect(await say('passed', name, job(), '')).toContain(
      'warning: there is no comment: the input "comment-token" is not given',
    );
    expect(await say('passed', name, job(), 'token-of-nobody')).toMatch(/answered 401 .+ not valid any more/);
    server.close();
    expect(await say('passed', name, job())).toMatch(/^warning: there is no comment: /);
  });
});

describe('a comment', () => {
  it('of the app of a job is known as that of a bot', async () => {
    server = await startGithub();
    const job = onGithub({ GITHUB_TOKEN: 'token-of-app' });
    server.comments.push({ id: 1, author: 3, body: text('never') });
    await say('passed', 'github', job, undefined);
    await say('refused', 'github', job, undefined);
    expect(server.comments.map(({ body }) => body)).toEqual([text('never'), text('refused')]);
  });

  it('is for the pull request of the event, where the job has another ref', async () => {
    server = await startGithub();
    const event = join(folder, 'event.json');
    await writeFile(event, JSON.stringify({ pull_request: { number: 5 } }));
    await say('passed', 'github', onGithub({ GITHUB_REF: 'refs/heads/main', GITHUB_EVENT_PATH: event }));
    expect(server.comments).toHaveLength(1);
  });

  it('is not waited for without end', async () => {
    server = await startGithub();
    server.broken.set('GET', 0);
    const runtime = { ...captureRuntime(folder, onGithub()), name: 'github' as const };
    const values = { ...nothing, image: 'harbor.example.com/shop/app', commentToken: 'token-of-7' };
    await postComment({ line, textFor: () => text('passed') }, values, runtime, 0.3);
    expect(runtime.lines).toEqual(['warning: there is no comment: it took longer than 0.3 seconds.']);
  });

  it('in the pipeline of a branch is for its open merge request', async () => {
    server = await startGitlab();
    await say('passed', 'gitlab', { CI_SERVER_URL: server.url, CI_OPEN_MERGE_REQUESTS: 'shop/app!5,shop/other!3' });
    expect(server.requests).toContain('+POST /api/v4/projects/shop%2Fapp/merge_requests/5/notes');
  });

  it('is not tried with the job token of GitLab', async () => {
    server = await startGitlab();
    const log = await say('passed', 'gitlab', onGitlab({ CI_JOB_TOKEN: 'token-of-7' }));
    expect(log).toContain('the job token of GitLab, CI_JOB_TOKEN, may not write notes. Give a token of the project');
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['github', { GITHUB_REPOSITORY: 'shop/app', GITHUB_REF: 'refs/heads/main' }],
    ['gitlab', { CI_SERVER_URL: 'https://gitlab.example.com' }],
    [
      'gitlab',
      { CI_SERVER_URL: 'https://gitlab.example.com', CI_MERGE_REQUEST_PROJECT_ID: '', CI_MERGE_REQUEST_IID: '' },
    ],
    ['jenkins', {}],
    ['jenkins', { CHANGE_URL: 'https://bitbucket.example.com/projects/A/repos/b/pull-requests/1' }],
    ['terminal', {}],
  ] as const)('is left out on %s without a change', async (name, environment) => {
    expect(await say('passed', name, environment)).toBe(
      '  no comment: this job is for no pull request and no merge request',
    );
  });

  it('from Jenkins goes where the change is', async () => {
    server = await startGitlab();
    await say('passed', 'jenkins', { CHANGE_URL: `${server.url}/shop/app/-/merge_requests/5` });
    expect(server.comments).toHaveLength(1);
    expect(server.requests).toContain('+POST /api/v4/projects/shop%2Fapp/merge_requests/5/notes');
  });

  it('trusts the authority of GitLab that the runner tells', async () => {
    const identity = await makeIdentity('gitlab');
    await writeFile(join(folder, 'gitlab.pem'), identity.cert);
    server = await startGitlab(identity);
    expect(await say('passed', 'gitlab', onGitlab())).toMatch(/^warning: there is no comment: .*certificate/);
    expect(await say('passed', 'gitlab', onGitlab({ CI_SERVER_TLS_CA_FILE: join(folder, 'gitlab.pem') }))).toContain(
      'is written',
    );
  });

  it('never tells the token', async () => {
    server = await startGithub();
    registerSecret('token-of-7');
    const runtime = { ...captureRuntime(folder, onGithub()), name: 'github' as const };
    const values = { ...nothing, image: 'harbor.example.com/shop/app', commentToken: 'token-of-7' };
    await postComment({ line, textFor: () => `${line}\ntoken-of-7` }, values, runtime);
    expect(runtime.lines.join()).toContain('is written');
    expect(runtime.masked).toEqual(['token-of-7']);
    expect(server.comments[0]?.body).toBe(`${line}\n***`);
  });
});
