import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Cleanup, createCleanup } from '@harbor-pilot/ci';
import { registerSecret, systemClock } from '@harbor-pilot/core';
import { loadSigner } from '@harbor-pilot/sign';
import { parseRecord, type ReleaseRecord, type Runtime } from '@harbor-pilot/step-kit';
import { type Accounts, prepareProject } from '../../packages/cli/src/demo/project.ts';
import { type Stage, setStage } from '../../packages/cli/src/demo/stage.ts';
import { runProcess } from './run-process.ts';

/** Root of the repository. */
export const root = resolve(import.meta.dirname, '../..');

/** An embedded Harbor and cluster with a project, robot accounts, base image and signing key: the stage of the demo. */
export interface World {
  readonly stage: Stage;
  readonly accounts: Accounts;
  /** What must never be printed. */
  readonly secrets: readonly string[];
  /** Makes the folder of a user's repository. In `config`, its harbor-pilot.yml, harbor.example.com stands for the Harbor. */
  workspace(name: string, config?: string): Promise<Workspace>;
  close(): Promise<void>;
}

/** The folder of a user's repository, committed to git, and what a CI would keep beside it. */
export interface Workspace {
  readonly folder: string;
  /** An empty home of its own, with `npx` that starts the command of this repository. */
  readonly home: string;
  readonly programs: string;
  readonly kubeconfig: string;
  readonly keyFile: string;
  /** The secrets of a release, by the variables in which a user would give them. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Commits all files, as a push to a CI would find them. */
  commit(): Promise<void>;
  /** The record of its last release. */
  record(): Promise<ReleaseRecord>;
}

/** Starts a world for the tests of one file. */
export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'harbor-pilot-e2e-'));
  const cleanup = createCleanup(folder);
  const runtime = quietRuntime(folder, cleanup);
  cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  try {
    return await makeWorld(folder, runtime, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function makeWorld(folder: string, runtime: Runtime, cleanup: Cleanup): Promise<World> {
  const stage = await setStage(runtime);
  const accounts = await prepareProject(stage, runtime);
  const { publicKeyPem } = await loadSigner(accounts.privateKeyPem, accounts.keyPassword);
  return {
    stage,
    accounts,
    secrets: [accounts.releaser.password, accounts.puller.password, accounts.keyPassword, keyBody(accounts)],
    workspace: async (name, config = releaseConfig(accounts)) => {
      const workspace = await makeWorkspace(join(folder, name), config, stage, accounts);
      await writeFile(join(workspace.folder, 'ci/cosign.pub'), publicKeyPem);
      return workspace;
    },
    close: async () => {
      const errors = await cleanup.run();
      if (errors.length > 0) throw new AggregateError(errors, 'the world did not end well');
    },
  };
}

/** One line out of the middle of the private key. */
function keyBody({ privateKeyPem }: Accounts): string {
  return privateKeyPem.split('\n')[2] ?? privateKeyPem;
}

function quietRuntime(workspace: string, cleanup: Cleanup): Runtime {
  return {
    name: 'terminal',
    workspace,
    signal: new AbortController().signal,
    run: { ci: 'terminal' },
    environment: {},
    clock: systemClock,
    temporaryFolder: cleanup.temporaryFolder,
    mask: registerSecret,
    info: () => undefined,
    progress: () => undefined,
    warn: () => undefined,
    group: (_, body) => body(),
    setOutput: () => undefined,
    summary: async () => undefined,
    exportVariable: () => undefined,
    removeAfterJob: () => undefined,
    logOutAfterJob: () => undefined,
    onCleanup: cleanup.add,
  };
}

/** The harbor-pilot.yml of a whole release. */
function releaseConfig({ puller }: Accounts): string {
  return `registry: harbor.example.com
ca-certificate: ci/harbor-ca.crt
image: shop/hello
build:
  platforms: [linux/amd64, linux/arm64]
sign:
  key: env://COSIGN_PRIVATE_KEY
verify:
  public-key: ci/cosign.pub
scan-gate:
  severity-cutoff: high
  only-fixed: true
  timeout: 60s
rollout:
  manifests: [deploy/]
  namespace: hello
  timeout: 60s
  pull-secret: harbor-pull
  pull-username: ${puller.username}
`;
}

async function makeWorkspace(folder: string, config: string, stage: Stage, accounts: Accounts): Promise<Workspace> {
  const [workspace, home, programs] = [join(folder, 'hello'), join(folder, 'home'), join(folder, 'programs')];
  await cp(join(root, 'examples/hello'), workspace, { recursive: true });
  for (const path of [home, programs, join(workspace, 'ci')]) await mkdir(path, { recursive: true });
  const here = (text: string): string =>
    text.replaceAll(/(harbor|registry)\.example\.com/g, stage.registry).replace('node:24-alpine', accounts.baseImage);
  for (const name of ['Dockerfile', 'deploy/deployment.yaml']) {
    await writeFile(join(workspace, name), here(await readFile(join(workspace, name), 'utf8')));
  }
  await writeFile(join(workspace, 'harbor-pilot.yml'), here(config));
  await writeFile(join(workspace, 'ci/harbor-ca.crt'), stage.caCertificate ?? '');
  await writeFile(join(workspace, 'deploy/00-namespace.yaml'), namespaceManifest);
  const keyFile = join(folder, 'cosign.key');
  await writeFile(keyFile, accounts.privateKeyPem, { mode: 0o600 });
  await writeFile(join(programs, 'npx'), npxScript, { mode: 0o755 });
  const git = async (...args: readonly string[]): Promise<void> => {
    const identity = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: home };
    const { exitCode, log } = await runProcess('git', args, { folder: workspace, environment: identity });
    if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${log}`);
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', 'git@127.0.0.1:tools/harbor-pilot.git');
  return {
    folder: workspace,
    home,
    programs,
    kubeconfig: stage.kubeconfig,
    keyFile,
    secrets: {
      HARBOR_PILOT_PASSWORD: accounts.releaser.password,
      HARBOR_PILOT_PULL_PASSWORD: accounts.puller.password,
      COSIGN_PRIVATE_KEY: accounts.privateKeyPem,
      COSIGN_PASSWORD: accounts.keyPassword,
    },
    commit: async () => {
      await git('add', '--all', '--force');
      await git(
        '-c',
        'user.name=test',
        '-c',
        'user.email=test@example.com',
        'commit',
        '--quiet',
        '--allow-empty',
        '-m',
        'as pushed',
      );
    },
    record: async () => parseRecord(await readFile(join(workspace, 'harbor-pilot.json'), 'utf8')),
  };
}

const namespaceManifest = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: hello\n';

/** Stands for npm: starts the command of this repository, whichever version is asked for. */
export const npxScript = `#!/bin/sh
while [ "$1" = --yes ]; do shift; done
case "$1" in harbor-pilot|harbor-pilot@*) shift; exec node '${join(root, 'packages/cli/bin/harbor-pilot.mjs')}' "$@";; esac
echo "npx: unknown package $1" >&2; exit 1
`;
