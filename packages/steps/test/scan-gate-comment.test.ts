import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from '@harbor-pilot/step-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findChange } from '../src/comment/change.ts';
import { allSteps } from '../src/index.ts';
import { type CommentServer, startGitlab } from './comment-servers.ts';
import { type Job, type RobotWorld, startRobotWorld } from './robot-world.ts';
import { captureRuntime } from './runtime.ts';

let world: RobotWorld;
let gitlab: CommentServer;
beforeAll(async () => {
  world = await startRobotWorld();
  gitlab = await startGitlab();
  await mkdir(join(world.folder, 'context'));
  await writeFile(join(world.folder, 'Dockerfile'), 'FROM scratch\nCOPY context/ /\n');
  await writeFile(join(world.folder, 'context/file'), 'x');
  await run('build', {});
  await run('push', {});
}, 30_000);
afterAll(async () => {
  gitlab.close();
  await world.close();
});

/** Runs a step in a job for a merge request. */
function run(name: string, inputs: Readonly<Record<string, string>>): Promise<Job> {
  const step = allSteps.find((one) => one.name === name) ?? {};
  const common = { registry: world.host, 'ca-certificate': world.caCertificate, image: 'shop/app:1', layout: 'layout' };
  const variables = { CI_SERVER_URL: gitlab.url, CI_MERGE_REQUEST_PROJECT_ID: '12', CI_MERGE_REQUEST_IID: '5' };
  return world.run(step, { ...common, ...world.administrator, ...inputs }, world.job('gitlab', variables));
}

describe('the gate in a merge request', () => {
  it('says its verdict in one note, and says nothing where nobody asks', async () => {
    await run('scan-gate', {});
    expect(gitlab.comments).toEqual([]);
    for (let time = 0; time < 2; time++) await run('scan-gate', { comment: 'true', 'comment-token': 'token-of-7' });
    expect(gitlab.comments).toHaveLength(1);
    expect(gitlab.comments[0]?.body).toMatch(/^<!-- harbor-pilot gate [\da-f]{16} -->\n[\s\S]*sha256:/);
  });

  it('decides the same when the note cannot be written', async () => {
    gitlab.broken.set('GET', 403);
    const { outputs, lines } = await run('scan-gate', { comment: 'true', 'comment-token': 'token-of-7' });
    gitlab.broken.clear();
    expect(outputs).toMatchObject({ verdict: 'passed' });
    expect(lines.join('\n')).toContain('warning: there is no comment: ');
  });
});

describe('the change that a job is for', () => {
  it.each<[Runtime['name'], Record<string, string>, object | undefined]>([
    [
      'github',
      { GITHUB_REPOSITORY: 'a/b', GITHUB_REF: 'refs/pull/7/merge' },
      { server: 'https://api.github.com', number: 7 },
    ],
    ['github', { GITHUB_REPOSITORY: 'a/b', GITHUB_REF: 'refs/tags/v7' }, undefined],
    [
      'jenkins',
      { CHANGE_URL: 'https://github.com/a/b/pull/7' },
      { server: 'https://api.github.com', repository: 'a/b' },
    ],
    [
      'jenkins',
      { CHANGE_URL: 'https://git.example.com/a/b/pull/7' },
      { server: 'https://git.example.com/api/v3', number: 7 },
    ],
    ['jenkins', { CHANGE_URL: 'https://git.example.com/a/b/c/-/merge_requests/7' }, { repository: 'a/b/c', number: 7 }],
    ['jenkins', { CHANGE_URL: 'nowhere' }, undefined],
    ['gitlab', { CI_SERVER_URL: 'https://git.example.com', CI_PROJECT_ID: '1' }, undefined],
  ])('on %s with %p', async (name, environment, change) => {
    const found = await findChange({ ...captureRuntime('/nowhere', environment), name });
    if (change === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(change);
  });
});
