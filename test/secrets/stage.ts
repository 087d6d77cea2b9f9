import { createPrivateKey } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@harbor-pilot/core';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { generateKeyPair } from '@harbor-pilot/sign';
import type { RuntimeName } from '@harbor-pilot/step-kit';
import { makeIdentity } from '@harbor-pilot/testkit';
import { type Canary, makeCanary } from './canary.ts';
import { type Hazard, startHazards } from './hazards.ts';
import { type Ended, type Job, runJob } from './job.ts';

/** All that means something to a shell, a URL, JSON, YAML, a regular expression or a log, around what can be found again. */
export const password = makeCanary('the password', `Pw7canarySecret$ %+/="\\'<&>{};:@#?*\nPw8secondLine$HOME\``);

const others = {
  listed: makeCanary('a password in registry-auth', `Li7canarySecret$ %+/"'x`),
  pull: makeCanary('the pull password', `Pu7canarySecret$ %+/"'\nPu8secondLine`),
  key: makeCanary('the password of the signing key', `Ke7canarySecret$ %+/"'\nKe8secondLine`),
  clientKey: makeCanary('the password of the client key', `Cl7canarySecret$ %+/"'\nCl8secondLine`),
  proxy: makeCanary('the password of the proxy', `Px7canarySecret$ %+/"'x`),
  token: makeCanary('the token of the cluster', 'Tk7canarySecret.$%+/=x'),
} as const;

/** The step `login` with an account that makes another one for the job. */
export const brokerLogin = 'login by a broker';

/** The step `release` without a rollout, which the cluster here would refuse: it gets as far as its report. */
export const plainRelease = 'release without a rollout';

/** A Harbor, hazards on the way to it, and a repository of a user with an image that is built, pushed and signed. */
export interface Stage {
  readonly hazards: readonly Hazard[];
  readonly canaries: readonly Canary[];
  /** Runs a step as a CI would; its inputs are all that there are. */
  run(step: string, ci: RuntimeName, hazard: Hazard): Promise<Ended>;
  close(): Promise<void>;
}

/** Nobody waits for the answer to a wrong password. */
const clock: Clock = { now: () => new Date(), sleep: async () => undefined };

/** Sets the stage, with a canary for each secret. */
export async function setStage(): Promise<Stage> {
  const base = await mkdtemp(join(tmpdir(), 'secrets-'));
  const harbor = await startDevHarbor({ dataDirectory: join(base, 'harbor'), adminPassword: password.secret, clock });
  const known = { registry: [password.secret, others.listed.secret], proxyPassword: others.proxy.secret };
  const { all, close, clusterUrl, otherRegistry, caCertificate } = await startHazards(harbor, known);
  const keys = await writeKeys(base);
  await writeWorkspace(join(base, 'workspace'));
  for (const [name, user] of Object.entries(clusterUsers)) {
    await writeFile(join(base, name), JSON.stringify(kubeconfigOf(clusterUrl, user)));
  }
  let workspace = join(base, 'workspace');
  const run = (step: string, ci: RuntimeName, hazard: Hazard): Promise<Ended> =>
    runJob(base, {
      step: { [brokerLogin]: 'login', [plainRelease]: 'release' }[step] ?? step,
      ci,
      workspace,
      inputs: {
        ...inputs,
        ...(step === plainRelease ? { manifests: '' } : {}),
        'public-key': join(base, 'cosign.pub'),
        'client-certificate': join(base, 'client.crt'),
        registry: hazard.host,
        ...(hazard.isUntrusted === true ? {} : { 'ca-certificate': caCertificate }),
        ...(hazard.isHelped === true ? {} : accountOf(step, hazard.username ?? 'admin')),
        ...(step === 'login' && hazard.exitCode !== undefined ? { 'registry-auth': listOf(otherRegistry) } : {}),
      },
      environment: {
        ...keys,
        COSIGN_PASSWORD: others.key.secret,
        KUBECONFIG: join(base, hazard.isHelped === true ? 'helped' : 'plain'),
        ...hazard.environment,
      },
      programs,
      dockerConfig: hazard.isHelped === true ? { credHelpers: { [hazard.host]: 'canary' } } : {},
      ...(hazard.inTheMiddle === undefined ? {} : { interrupt: { when: hazard.inTheMiddle, signal: signalOn(ci) } }),
    });
  for (const step of ['build', 'push', 'sign']) {
    const ended = await run(step, 'terminal', all[0] as Hazard);
    if (ended.exitCode !== 0) throw new Error(`${step}: ${ended.log}`);
    workspace = ended.workspace;
  }
  const bodies = Object.values(keys).map((pem) => makeCanary('a private key', pem.split('\n')[2] ?? ''));
  return {
    hazards: all,
    canaries: [password, ...Object.values(others), ...bodies],
    run,
    close: async () => {
      await close();
      await harbor.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

const inputs: Job['inputs'] = {
  image: 'library/app:1.0',
  to: 'library/promoted:1.0',
  type: 'test-result',
  predicate: 'tests.json',
  manifests: 'deploy',
  replaces: 'library/app',
  'client-key': 'env://CLIENT_KEY',
  'client-key-password': others.clientKey.secret,
  key: 'env://COSIGN_PRIVATE_KEY',
  'key-password': others.key.secret,
  'pull-secret': 'harbor-pull',
  'pull-username': 'robot$library+pull',
  'pull-password': others.pull.secret,
};

const credentialVersion = 'client.authentication.k8s.io/v1';
const clusterUsers = {
  plain: { token: others.token.secret },
  helped: { exec: { apiVersion: credentialVersion, command: 'kube-canary', interactiveMode: 'Never' } },
};
const programs: Job['programs'] = {
  'docker-credential-canary': JSON.stringify({ Username: 'admin', Secret: password.secret }),
  'kube-canary': JSON.stringify({
    apiVersion: credentialVersion,
    kind: 'ExecCredential',
    status: { token: others.token.secret },
  }),
};

/** The signal of each CI to a job that is cancelled does not matter here, as long as both are seen. */
export function signalOn(ci: RuntimeName): 'SIGTERM' | 'SIGINT' {
  return ci === 'github' || ci === 'terminal' ? 'SIGINT' : 'SIGTERM';
}

function accountOf(step: string, username: string): Job['inputs'] {
  if (step !== brokerLogin) return { username, password: password.secret };
  return {
    'broker-username': username,
    'broker-password': password.secret,
    'robot-preset': 'push',
    'robot-projects': 'library',
  };
}

function listOf(registry: string): string {
  return JSON.stringify([{ registry, username: 'admin', password: others.listed.secret }]);
}

async function writeKeys(base: string): Promise<Readonly<Record<string, string>>> {
  const { privateKeyPem, publicKeyPem } = await generateKeyPair(others.key.secret);
  await writeFile(join(base, 'cosign.pub'), publicKeyPem);
  const path = join(base, 'client.crt');
  const { cert, key } = await makeIdentity('job');
  await writeFile(path, cert);
  const clientKey = createPrivateKey(key);
  const encrypted = { cipher: 'aes-256-cbc', passphrase: others.clientKey.secret } as const;
  const CLIENT_KEY = clientKey.export({ type: 'pkcs8', format: 'pem', ...encrypted }).toString();
  return { COSIGN_PRIVATE_KEY: privateKeyPem, CLIENT_KEY };
}

async function writeWorkspace(folder: string): Promise<void> {
  await mkdir(join(folder, 'deploy'), { recursive: true });
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY hello /\n');
  await writeFile(join(folder, 'hello'), 'hello');
  await writeFile(join(folder, 'tests.json'), JSON.stringify({ result: 'PASSED', configuration: [] }));
  const template = { spec: { containers: [{ name: 'app', image: 'library/app' }] } };
  const manifest = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'app' }, spec: { template } };
  await writeFile(join(folder, 'deploy/app.yaml'), JSON.stringify(manifest));
}

function kubeconfigOf(server: string, user: object): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'it', user: 'me' } }],
    clusters: [{ name: 'it', cluster: { server } }],
    users: [{ name: 'me', user }],
  };
}
