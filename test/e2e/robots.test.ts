import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { createHttp, type Http } from '@harbor-pilot/http';
import { accessOf, brokerPermissions } from '@harbor-pilot/steps';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fencedBlockWith } from './fenced-blocks.ts';
import { digestOfTag } from './harbor-state.ts';
import { onGithub } from './on-github.ts';
import { onGitlab } from './on-gitlab.ts';
import { onJenkins } from './on-jenkins.ts';
import { onTerminal } from './on-terminal.ts';
import { assertSuccess, type Run } from './run-process.ts';
import { root, startWorld, type Workspace, type World } from './world.ts';

// The recipes of docs/robots.md, as they stand there, with a broker that may do just what the page says.
describe('the recipes for a robot account of a job', () => {
  /** The broker stands where a world has its account for releases. */
  let world: World;
  let workspace: Workspace;
  let page: string;
  let http: Http;
  let harbor: Harbor;
  /** The account that builds the image, from a base image in the project. */
  let builder: string;
  let broker: { readonly username: string; readonly password: string };

  beforeAll(async () => {
    page = await readFile(join(root, 'docs/robots.md'), 'utf8');
    const started = await startWorld();
    builder = started.accounts.releaser.username;
    const { registry: host, username, password, caCertificate = '' } = started.stage;
    http = createHttp({ trust: { [host]: { caCertificate } } });
    harbor = createHarbor({ http, host, credentials: { username, password } });
    const access = [...brokerPermissions, ...accessOf('push')].map(({ resource, action }) => ({ resource, action }));
    const made = await harbor.createRobot({ name: 'broker', project: 'shop', durationDays: 1, access });
    broker = { username: made.name, password: made.secret };
    world = { ...started, accounts: { ...started.accounts, releaser: broker } };
  }, 180_000);
  afterAll(async () => {
    http?.close();
    await world?.close();
  });

  const here = (text: string): string => text.replaceAll('harbor.example.com', world.stage.registry);
  const copy = (tag: string): string => here(`skopeo copy oci:image docker://harbor.example.com/shop/hello:${tag}`);
  const recipe = (language: string, text: string): string => here(fencedBlockWith(page, language, text));

  async function prepare(name: string): Promise<string> {
    workspace = await world.workspace(name);
    assertSuccess(await onTerminal(workspace, `npx harbor-pilot build --layout image --username '${builder}'`));
    return join(workspace.folder, 'ci/harbor-ca.crt');
  }

  async function expectPushed(run: Run, tag: string): Promise<void> {
    expect(await digestOfTag(world, tag)).toMatch(/^sha256:/);
    expect(run.log.match(/made the robot account robot\$shop\+harbor-pilot-/g)).toHaveLength(1);
    const left = (await harbor.robots('shop')).filter(({ name }) => name.includes('harbor-pilot-'));
    expect([left, run.log]).toEqual([[], expect.stringContaining('deleted the robot account')]);
    expect(run.log).not.toContain(broker.password);
  }

  describeWithPeers('on GitLab', ['rsync', 'git', 'skopeo'], () => {
    it('push an image, and delete the account, also when the job fails', async () => {
      const authority = await prepare('gitlab-robot');
      const secrets = { HARBOR_PILOT_BROKER_PASSWORD: broker.password };
      const pipeline = recipe('yaml', 'after_script')
        .replace('variables:', `variables:\n    SSL_CERT_FILE: ${authority}`)
        .replace('robot$shop+broker', broker.username)
        .replace(/(- skopeo copy.*)/, '$1\n    - exit 9');
      const run = await onGitlab({ ...workspace, secrets }, pipeline);
      expect(run.exitCode).not.toBe(0);
      await expectPushed(run, '1.0');
    }, 180_000);
  });

  describeWithPeers('on GitHub', ['act', 'git', 'skopeo'], ({ act }) => {
    it('push an image, and delete the account', async () => {
      const authority = await prepare('github-robot');
      const steps = recipe('yaml', 'actions/login@')
        .replace('harbor-pilot/harbor-pilot/actions/login@v0', './actions/login')
        .replace('robot$shop+broker', broker.username)
        .replace('secrets.HARBOR_BROKER_PASSWORD', 'secrets.HARBOR_PASSWORD')
        .replace(/docker push .*/, copy('2.0'))
        .trimEnd()
        .replaceAll('\n', '\n      ');
      const run = await onGithub(
        act,
        world,
        workspace,
        `on: push
jobs:
  release:
    runs-on: ubuntu-latest
    env: { SSL_CERT_FILE: "${authority}" }
    steps:
      - uses: actions/checkout@v6
      ${steps}
`,
      );
      assertSuccess(run);
      await expectPushed(run, '2.0');
    }, 180_000);
  });

  describeWithPeers('on Jenkins', ['mvn', 'java', 'git', 'skopeo'], ({ mvn }) => {
    it('push an image, and delete the account', async () => {
      const authority = await prepare('jenkins-robot');
      const block = recipe('groovy', 'withHarborLogin')
        .replace("'harbor-broker'", "'harbor-release'")
        .replace(/sh '.*'/, `sh script: '''SSL_CERT_FILE=${authority} ${copy('3.0')}'''`);
      const run = await onJenkins(
        mvn,
        world,
        workspace,
        `@Library('harbor-pilot') _\nnode {\n checkout scm\n${block}\n}\n`,
      );
      expect(run.error).toBeUndefined();
      await expectPushed(run, '3.0');
    }, 240_000);
  });
});
