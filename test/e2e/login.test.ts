import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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

/** Says who may read the login, and whose it is. */
const look = `stat -c 'mode %a %n' "$DOCKER_CONFIG" "$DOCKER_CONFIG"/config.json "$REGISTRY_AUTH_FILE"`;
const modes = /mode 700 .*\n.*mode 600 .*config\.json\n.*mode 600 .*auth\.json/;
/** An account of the user that is there before; the text is not as a program would write it. */
const ownConfig = '{ "auths":{"other.example.com": {"auth":"YW5uOm9uZQ=="}},\t"credHelpers":{} }\n\n';

// The recipes of docs/logging-in.md, as they stand there, with the name of a robot account that has a "$" in it.
describe('the recipes for logging in', () => {
  let world: World;
  let page: string;
  let workspace: Workspace;
  let authority: string;
  beforeAll(async () => {
    page = await readFile(join(root, 'docs/logging-in.md'), 'utf8');
    world = await startWorld();
  }, 180_000);
  afterAll(() => world?.close());

  const here = (text: string): string =>
    text
      .replaceAll('harbor.example.com', world.stage.registry)
      .replaceAll('robot$shop+release', world.accounts.releaser.username);
  const recipe = (language: string, text: string): string => here(fencedBlockWith(page, language, text));
  const copy = (tag: string): string => here(`skopeo copy oci:image docker://harbor.example.com/shop/hello:${tag}`);

  /** A repository with an image that is built already, and the home of a user who has a login of his own. */
  async function prepare(name: string): Promise<void> {
    workspace = await world.workspace(name);
    authority = join(workspace.folder, 'ci/harbor-ca.crt');
    const build = `npx harbor-pilot build --layout image --username '${world.accounts.releaser.username}'`;
    assertSuccess(await onTerminal(workspace, build));
    await mkdir(join(workspace.home, '.docker'));
    await writeFile(join(workspace.home, '.docker/config.json'), ownConfig);
  }

  async function expectNothingLeft(run: Run, ...folders: readonly string[]): Promise<void> {
    expect(await readFile(join(workspace.home, '.docker/config.json'), 'utf8')).toBe(ownConfig);
    for (const folder of folders) expect(await readdir(folder).catch(() => [])).toEqual([]);
    for (const secret of world.secrets) expect(run.log).not.toContain(secret);
  }

  describeWithPeers('on GitLab', ['rsync', 'git', 'skopeo'], () => {
    const pipeline = (change: (text: string) => string = (text) => text): string =>
      change(recipe('yaml', 'after_script')).replace('variables:', `variables:\n    SSL_CERT_FILE: ${authority}`);

    it('push an image, and leave nothing', async () => {
      await prepare('gitlab');
      const run = await onGitlab(workspace, pipeline());
      assertSuccess(run);
      expect(run.log).toContain(`accepts ${world.accounts.releaser.username}`);
      expect(await digestOfTag(world, '1.0')).toMatch(/^sha256:/);
      await expectNothingLeft(run, `${workspace.folder}.tmp`);
    }, 180_000);

    it('leave nothing when the job fails, whose login nobody else could read', async () => {
      await prepare('gitlab-fails');
      const failing = pipeline((text) => text.replace(/- skopeo copy.*/, `- ${look}; ls "$DOCKER_CONFIG"; exit 9`));
      const run = await onGitlab(workspace, failing);
      expect(run.exitCode).not.toBe(0);
      expect(run.log).toMatch(modes);
      await expectNothingLeft(run, `${workspace.folder}.tmp`);
    }, 180_000);
  });

  describeWithPeers('on GitHub', ['act', 'git', 'skopeo'], ({ act }) => {
    it('push an image, and two jobs on one runner do not log each other out', async () => {
      await prepare('github');
      const shared = join(workspace.home, 'shared');
      await mkdir(shared);
      const login = recipe('yaml', 'actions/login@').replace(
        'harbor-pilot/harbor-pilot/actions/login@v0',
        './actions/login',
      );
      const job = (name: string, ...lines: readonly string[]): string => `
  ${name}:
    runs-on: ubuntu-latest
    env: { SSL_CERT_FILE: "${authority}" }
    steps:
      - uses: actions/checkout@v6
      ${login.trimEnd().replaceAll('\n', '\n      ')}
      - run: |
          ${lines.join('\n          ')}
`;
      const first = [
        look,
        `until [ -s '${shared}/other' ] && ! [ -e "$(cat '${shared}/other')" ]; do sleep 0.1; done`,
        copy('2.0'),
      ];
      const workflow = `on: push\njobs:${job('first', ...first)}${job('fails', `echo "$DOCKER_CONFIG" > '${shared}/other'`, 'exit 9')}`;
      const run = await onGithub(act, world, workspace, workflow);
      expect(run.exitCode).not.toBe(0);
      expect(run.log).toContain('exit status 9');
      expect(run.log).toMatch(/mode 700 [\s\S]*mode 600 .*config\.json[\s\S]*mode 600 .*auth\.json/);
      expect(run.log.match(/removed .*harbor-pilot-docker-/g)).toHaveLength(2);
      expect(await digestOfTag(world, '2.0')).toMatch(/^sha256:/);
      const other = (await readFile(join(shared, 'other'), 'utf8')).trim();
      expect(await readdir(dirname(other)).catch(() => [])).not.toContain(basename(other));
      await expectNothingLeft(run);
    }, 180_000);
  });

  describeWithPeers('on Jenkins', ['mvn', 'java', 'git', 'skopeo'], ({ mvn }) => {
    it('push an image, and leave nothing, also when the block fails', async () => {
      await prepare('jenkins');
      const block = recipe('groovy', 'withHarborLogin');
      const within = (script: string): string => block.replace(/sh '.*'/, `sh script: '''${script}'''`);
      const jenkinsfile = `@Library('harbor-pilot') _
node {
    checkout scm
    ${within(`${look}; SSL_CERT_FILE=${authority} ${copy('3.0')}`)}
    ${within('exit 9')}
}
`;
      const run = await onJenkins(mvn, world, workspace, jenkinsfile);
      expect(run.error).toMatch(/exit code 9/);
      expect(run.log).toMatch(modes);
      expect(await digestOfTag(world, '3.0')).toMatch(/^sha256:/);
      await expectNothingLeft(run, `${workspace.folder}@tmp`);
    }, 240_000);
  });

  describeWithPeers('on a terminal', ['git', 'skopeo'], () => {
    it('push an image, and leave nothing', async () => {
      await prepare('terminal');
      const temporary = join(workspace.home, 'tmp');
      await mkdir(temporary);
      const [file, password] = [join(workspace.folder, 'password-file'), workspace.secrets.HARBOR_PILOT_PASSWORD ?? ''];
      await writeFile(file, `${password}\n`, { mode: 0o600 });
      const script = `${recipe('sh', 'mktemp')}${look}\n${copy('4.0')}\n`;
      const given = { TMPDIR: temporary, SSL_CERT_FILE: authority, HARBOR_PILOT_PASSWORD: '' };
      const run = await onTerminal(workspace, script, given);
      assertSuccess(run);
      expect(run.log).toMatch(modes);
      expect(await digestOfTag(world, '4.0')).toMatch(/^sha256:/);
      await expectNothingLeft(run, temporary);
    }, 180_000);
  });
});
