import { comparableRecord, type ReleaseRecord } from '@harbor-pilot/step-kit';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onGithub } from './on-github.ts';
import { onGitlab } from './on-gitlab.ts';
import { onJenkins } from './on-jenkins.ts';
import { onTerminal } from './on-terminal.ts';
import { assertSuccess, type Run } from './run-process.ts';
import { startWorld, type Workspace, type World } from './world.ts';

// All into the same repository of one Harbor: what was there before is in none of the compared fields.
describeWithPeers('the same release', ['act', 'mvn', 'java', 'rsync', 'git'], ({ act, mvn }) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 180_000);
  afterAll(() => world?.close());

  async function recordOf(name: string, release: (workspace: Workspace) => Promise<Run>): Promise<ReleaseRecord> {
    const workspace = await world.workspace(name);
    assertSuccess(await release(workspace));
    return workspace.record();
  }

  const github = `on: push
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: printenv KUBECONFIG_TEXT > kubeconfig
        env: { KUBECONFIG_TEXT: "\${{ secrets.KUBECONFIG }}" }
      - uses: ./actions/release
        with:
          username: \${{ vars.HARBOR_USERNAME }}
          password: \${{ secrets.HARBOR_PASSWORD }}
          tags: 1.0.0
          kubeconfig: kubeconfig
          pull-password: \${{ secrets.PULL_PASSWORD }}
        env:
          COSIGN_PRIVATE_KEY: \${{ secrets.COSIGN_PRIVATE_KEY }}
          COSIGN_PASSWORD: \${{ secrets.COSIGN_PASSWORD }}
`;
  const gitlab = (user: string): string => `include:
  - local: templates/release/template.yml
    inputs: { username: ${user}, tags: 1.0.0 }
`;
  const jenkins = `@Library('harbor-pilot') _
node {
    harborRelease(tags: ['1.0.0'],
        credentialsId: 'harbor-release', pullCredentialsId: 'harbor-pull', kubeconfigCredentialsId: 'kubeconfig',
        keyCredentialsId: 'cosign-key', keyPasswordCredentialsId: 'cosign-password')
}
`;

  it('has one digest, one verdict and one record on GitHub, GitLab, Jenkins and a terminal', async () => {
    const user = world.accounts.releaser.username;
    const records = [
      await recordOf('terminal', (workspace) =>
        onTerminal(workspace, `npx harbor-pilot release --username '${user}' --tags 1.0.0`),
      ),
      await recordOf('github', (workspace) => onGithub(act, world, workspace, github)),
      await recordOf('gitlab', (workspace) => onGitlab(workspace, gitlab(user))),
      await recordOf('jenkins', (workspace) => onJenkins(mvn, world, workspace, jenkins)),
    ] as const;
    expect(records.map(({ run }) => run.ci)).toEqual(['terminal', 'github', 'gitlab', 'jenkins']);
    expect(new Set(records.map(({ digest }) => digest)).size).toBe(1);
    const [first, ...others] = records.map(comparableRecord);
    expect(first).toMatchObject({ schemaVersion: 1, outcome: 'released', gate: { verdict: 'passed' } });
    expect(Object.keys(first ?? {})).toEqual(
      expect.arrayContaining(['image', 'digest', 'build', 'push', 'signature', 'gate', 'rollout', 'tags']),
    );
    for (const other of others) expect(other).toEqual(first);
  }, 280_000);
});
