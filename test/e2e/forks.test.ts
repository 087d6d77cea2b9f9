import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOfTag } from './harbor-state.ts';
import { onGithub } from './on-github.ts';
import { onGitlab } from './on-gitlab.ts';
import { onTerminal } from './on-terminal.ts';
import { assertSuccess, type Run } from './run-process.ts';
import { startWorld, type Workspace, type World } from './world.ts';

describe('row 51: a job that has the secrets of the project, for a change', () => {
  let world: World;
  let user: string;
  beforeAll(async () => {
    world = await startWorld();
    user = world.accounts.releaser.username;
  }, 180_000);
  afterAll(() => world?.close());

  async function built(name: string): Promise<Workspace> {
    const workspace = await world.workspace(name);
    assertSuccess(await onTerminal(workspace, `npx harbor-pilot build --username '${user}'`));
    return workspace;
  }

  async function expectRefused(run: Run, tag: string): Promise<void> {
    expect(run.exitCode).not.toBe(0);
    expect(run.log).toMatch(/FORK_REFUSED.*push does not run for a .* request of the fork eve\/hello/);
    expect(await digestOfTag(world, tag)).toBeUndefined();
  }

  describeWithPeers('on GitHub', ['act', 'git'], ({ act }) => {
    const workflow = (tag: string): string => `on: pull_request_target
jobs:
  push:
    runs-on: ubuntu-latest
    env:
      HARBOR_PILOT_USERNAME: \${{ vars.HARBOR_USERNAME }}
      HARBOR_PILOT_PASSWORD: \${{ secrets.HARBOR_PASSWORD }}
    steps:
      - uses: actions/checkout@v6
      - run: npx harbor-pilot push --tags ${tag}
`;
    const pullRequest = (head: string) => ({
      name: 'pull_request_target',
      payload: {
        repository: { full_name: 'shop/hello' },
        pull_request: { head: { ref: 'change', repo: { full_name: head } }, base: { ref: 'main' } },
      },
    });

    it('of a fork pushes nothing, one of the repository itself does', async () => {
      const workspace = await built('github');
      await expectRefused(await onGithub(act, world, workspace, workflow('fork'), pullRequest('eve/hello')), 'fork');
      assertSuccess(await onGithub(act, world, workspace, workflow('own'), pullRequest('shop/hello')));
      expect(await digestOfTag(world, 'own')).toMatch(/^sha256:/);
    }, 180_000);
  });

  describeWithPeers('on GitLab', ['rsync', 'git'], () => {
    const pipeline = (tag: string): string => `include:
  - local: templates/push/template.yml
    inputs: { username: ${user}, tags: ${tag} }
`;

    it('of a fork pushes nothing, one of the project itself does', async () => {
      const workspace = await built('gitlab');
      const [project, fork] = ['CI_PROJECT_ID=5', 'CI_MERGE_REQUEST_SOURCE_PROJECT_PATH=eve/hello'];
      const source = (id: number): readonly string[] => [project, `CI_MERGE_REQUEST_SOURCE_PROJECT_ID=${id}`, fork];
      await expectRefused(await onGitlab(workspace, pipeline('fork'), undefined, source(77)), 'fork');
      assertSuccess(await onGitlab(workspace, pipeline('merge'), undefined, source(5)));
      expect(await digestOfTag(world, 'merge')).toMatch(/^sha256:/);
    }, 180_000);
  });
});
