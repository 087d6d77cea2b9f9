import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import type { NewRobot, RobotPermission } from '@harbor-pilot/harbor';
import { generateKeyPair } from '@harbor-pilot/sign';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allSteps, type StepPermission, stepPermissions } from '../src/index.ts';
import { type Job, type RobotWorld, startRobotWorld } from './robot-world.ts';

type StepName = keyof typeof stepPermissions;
type Account = RobotWorld['administrator'];

let world: RobotWorld;
let digest: string;
let count = 0;

beforeAll(async () => {
  world = await startRobotWorld();
  const pair = await generateKeyPair('key-password');
  await writeFile(join(world.folder, 'cosign.key'), pair.privateKeyPem);
  await writeFile(join(world.folder, 'cosign.pub'), pair.publicKeyPem);
  const cluster = { name: 'c', cluster: { server: 'https://127.0.0.1:1' } };
  const context = { name: 'c', context: { cluster: 'c', user: 'u' } };
  const kubeconfig = { clusters: [cluster], contexts: [context], users: [{ name: 'u' }], 'current-context': 'c' };
  await writeFile(join(world.folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  await mkdir(join(world.folder, 'context'));
  await writeFile(join(world.folder, 'Dockerfile'), 'FROM scratch\nCOPY context/ /\n');
  await writeFile(join(world.folder, 'Dockerfile.based'), `FROM ${world.host}/base/app:1\nCOPY context/ /\n`);
  const administrator = world.administrator;
  const made = await run('build', administrator, { image: 'base/app', layout: 'base', record: 'base.json' });
  await run('push', administrator, { image: 'base/app:1', layout: 'base', record: 'base.json' });
  await run('push', administrator, { image: 'shop/app:1', layout: 'base', record: 'own.json' });
  digest = made.outputs.digest ?? '';
  await run('sign', administrator, { image: 'shop/app', digest, record: 'own.json', key: 'cosign.key' });
}, 30_000);
afterAll(() => world.close());

/** Runs a step as an account. */
async function run(name: StepName, account: Account, inputs: Readonly<Record<string, string>>): Promise<Job> {
  const step = allSteps.find((one) => one.name === name) ?? {};
  const common = { registry: world.host, 'ca-certificate': world.caCertificate, 'key-password': 'key-password' };
  return world.run(step, { ...common, ...account, ...inputs }, world.job('terminal'));
}

/** Builds an image that is in no registry yet; `push` finds it. */
async function makeImage(): Promise<Record<string, string>> {
  count += 1;
  await writeFile(join(world.folder, 'context/file'), `version ${count}`);
  const inputs = { image: 'shop/new', layout: 'new', record: `new-${count}.json` };
  await run('build', world.administrator, inputs);
  return inputs;
}

/** What each step is given, and how it ends with all that it needs when that is not a success. */
interface Try {
  readonly inputs: () => Record<string, string> | Promise<Record<string, string>>;
  readonly endsWith?: string;
}

const tries: Readonly<Record<StepName, Try>> = {
  login: { inputs: () => ({}) },
  build: { inputs: () => ({ image: 'shop/based', file: 'Dockerfile.based', layout: 'based', record: 'based.json' }) },
  push: { inputs: makeImage },
  sign: {
    // One that is signed already needs less.
    inputs: async () => {
      const inputs = await makeImage();
      await run('push', world.administrator, inputs);
      return { ...inputs, key: 'cosign.key' };
    },
  },
  verify: { inputs: () => ({ image: 'shop/app:1', 'public-key': 'cosign.pub', record: 'own.json' }) },
  'scan-gate': {
    // One that was scanned needs less.
    inputs: async () => {
      const inputs = await makeImage();
      await run('push', world.administrator, inputs);
      return inputs;
    },
  },
  attest: {
    inputs: async () => {
      const inputs = await makeImage();
      await run('push', world.administrator, inputs);
      return { ...inputs, type: 'vuln', key: 'cosign.key' };
    },
  },
  promote: { inputs: () => ({ image: 'shop/app:1', to: `base/promoted-${count}`, record: 'own.json' }) },
  'pull-secret': {
    inputs: () => ({ image: 'shop/app', kubeconfig: 'kubeconfig' }),
    endsWith: 'CLUSTER_UNREACHABLE',
  },
  rollout: {
    inputs: () => ({ image: 'shop/app:1', workload: 'deployment/x', kubeconfig: 'kubeconfig', record: 'own.json' }),
    endsWith: 'CLUSTER_UNREACHABLE',
  },
  release: {
    inputs: async () => ({ ...(await makeImage()), tags: `v${count}`, key: 'cosign.key' }),
  },
};

/** Where a permission counts: an image is promoted into another project, and base images are in one of their own. */
const projectOf = (name: StepName, { isElsewhere }: StepPermission): string =>
  name === 'build' || isElsewhere === true ? 'base' : 'shop';

interface Outcome {
  readonly code: string | undefined;
  readonly told: string;
}

/** Runs a step as a robot account that has just these permissions. */
async function tryWith(name: StepName, permissions: readonly StepPermission[]): Promise<Outcome> {
  const inputs = await tries[name].inputs();
  const robot = await makeRobot(name, permissions);
  try {
    const { lines } = await run(name, { username: robot.name, password: robot.secret }, inputs);
    return { code: undefined, told: lines.join('\n') };
  } catch (error) {
    if (error instanceof PilotError) return { code: error.code, told: `${error.message} ${error.hint}` };
    throw error;
  } finally {
    await world.harbor.deleteRobot(robot.id);
  }
}

function makeRobot(name: StepName, permissions: readonly StepPermission[]): Promise<NewRobot> {
  const inProject = (namespace: string): RobotPermission => ({
    kind: 'project',
    namespace,
    access: permissions
      .filter((permission) => projectOf(name, permission) === namespace)
      .map(({ resource, action }) => ({ resource, action })),
  });
  // Harbor wants at least one permission; this one opens nothing that a step asks for.
  const other = { kind: 'project', namespace: 'library', access: [{ resource: 'label', action: 'read' }] } as const;
  const all = [inProject('shop'), inProject('base'), other].filter(({ access }) => access.length > 0);
  return world.harbor.createSystemRobot({ name: 'tried', durationDays: 1, permissions: all });
}

const names = Object.keys(stepPermissions) as StepName[];
const each = names.flatMap((name) =>
  stepPermissions[name].map((one: StepPermission) => [name, `${one.resource}:${one.action}`, one] as const),
);

describe('the permissions of a step', () => {
  it.each(names)('are enough: %s', async (name) => {
    const { code, told } = await tryWith(name, stepPermissions[name]);
    expect([code, code === undefined ? '' : told]).toEqual([
      tries[name].endsWith,
      code === undefined ? '' : expect.anything(),
    ]);
  });

  it.each(each)('are each needed, and named when it is missing: %s, %s', async (name, permission, left) => {
    const rest = stepPermissions[name].filter((one: StepPermission) => one !== left);
    const { code, told } = await tryWith(name, rest);
    expect(code).toEqual(left.isOptional === true ? undefined : expect.stringMatching(/^(AUTH_DENIED|PROJECT_UNAV)/));
    // The token service knows two of them, and calls them by their actions.
    const isOfToken = left.resource === 'repository';
    expect(told).toMatch(isOfToken ? /it takes (pull|pull, push|push);|project/ : permission.replace(':', ': '));
  });
});
