import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fencedBlock } from './fenced-blocks.ts';
import { digestOfTag } from './harbor-state.ts';
import { onGithub } from './on-github.ts';
import { onGitlab } from './on-gitlab.ts';
import { onJenkins } from './on-jenkins.ts';
import { onTerminal } from './on-terminal.ts';
import { assertSuccess } from './run-process.ts';
import { root, startWorld, type Workspace, type World } from './world.ts';

// The quick starts of README.md, as they stand there: only hosts, versions and the name of the robot account are put in.
describe('the quick start', () => {
  let world: World;
  let readme: string;
  beforeAll(async () => {
    readme = await readFile(join(root, 'README.md'), 'utf8');
    world = await startWorld();
  }, 180_000);
  afterAll(() => world?.close());

  const here = (text: string): string => text.replaceAll('robot$shop+release', world.accounts.releaser.username);

  /** A repository with the harbor-pilot.yml of the page, and the pull secret among its manifests. */
  async function quickStart(name: string): Promise<Workspace> {
    const workspace = await world.workspace(name, fencedBlock(readme, '## Quick start', 'yaml'));
    await writeFile(join(workspace.folder, 'deploy/05-pull-secret.yaml'), pullSecret(world));
    const { HARBOR_PILOT_PULL_PASSWORD: _, ...secrets } = workspace.secrets;
    return { ...workspace, secrets };
  }

  async function expectReleased(workspace: Workspace, tag: string): Promise<void> {
    const record = await workspace.record();
    expect(record).toMatchObject({ outcome: 'released', tags: [tag], signature: { acceptedByHarbor: true } });
    expect(record).toMatchObject({ rollout: { outcome: 'complete', namespace: 'hello' } });
    expect(await digestOfTag(world, tag)).toBe(record.digest);
  }

  describeWithPeers('for a terminal', ['git'], () => {
    it('releases', async () => {
      const workspace = await quickStart('terminal');
      const [release = '', help = ''] = fencedBlock(readme, '### Terminal, and any other CI', 'sh').split('\n');
      const script = here(release).replace('HARBOR_PILOT_PASSWORD=…', '');
      assertSuccess(await onTerminal(workspace, script));
      await expectReleased(workspace, '1.0.0');
      const shown = await onTerminal(workspace, help);
      expect(shown.stdout).toContain('--severity-cutoff');
    }, 180_000);

    it('starts an embedded Harbor', async () => {
      const workspace = await quickStart('embedded');
      const line = fencedBlock(readme, '### Terminal, and any other CI', 'sh').split('\n')[2] ?? '';
      const start = line.replace('--port 8443', '--port 0').replace('/tmp/harbor', 'data').replace(/#.*/, '');
      const script = `${start} 2> log & until grep -q Ctrl-C log; do sleep 0.1; done; kill $!; wait $! || echo ended with $?`;
      const run = await onTerminal(workspace, script);
      expect(run.log).toContain('ended with 143');
      const log = await readFile(join(workspace.folder, 'log'), 'utf8');
      expect(log).toMatch(
        /Harbor is at https:\/\/127\.0\.0\.1:\d+\n {2}user admin, password \S+\n {2}certificate \S+ca\.crt/,
      );
    }, 180_000);
  });

  describeWithPeers('for GitHub Actions', ['act', 'git'], ({ act }) => {
    it('releases', async () => {
      const workspace = await quickStart('github');
      const jobs = fencedBlock(readme, '### GitHub Actions', 'yaml');
      const workflow = `on: push\n${jobs.replace('harbor-pilot/harbor-pilot/actions/release@v0', './actions/release')}`;
      assertSuccess(await onGithub(act, world, workspace, workflow));
      await expectReleased(workspace, 'main');
    }, 180_000);
  });

  describeWithPeers('for GitLab CI', ['rsync', 'git'], () => {
    it('releases', async () => {
      const workspace = await quickStart('gitlab');
      const pipeline = here(fencedBlock(readme, '### GitLab CI', 'yaml')).replace(
        /release@[\d.]+/,
        'release@$CI_COMMIT_SHA',
      );
      assertSuccess(await onGitlab(workspace, pipeline, '3.0.0'));
      await expectReleased(workspace, '3.0.0');
    }, 180_000);
  });

  describeWithPeers('for Jenkins', ['mvn', 'java', 'git'], ({ mvn }) => {
    it('releases', async () => {
      const workspace = await quickStart('jenkins');
      const run = await onJenkins(mvn, world, workspace, fencedBlock(readme, '### Jenkins', 'groovy'), '4.0.0');
      assertSuccess(run);
      await expectReleased(workspace, '4.0.0');
      expect(run.log).toContain(`released ${world.stage.registry}/shop/hello@sha256:`);
    }, 240_000);
  });
});

function pullSecret({ stage, accounts }: World): string {
  const { username, password } = accounts.puller;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const config = Buffer.from(JSON.stringify({ auths: { [stage.registry]: { auth } } })).toString('base64');
  return `apiVersion: v1
kind: Secret
metadata:
  name: harbor-pull
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: ${config}
`;
}
