import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { type StepPermission, stepPermissions } from '@harbor-pilot/steps';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { failures, HarborWorld } from '../../packages/doctor/test/harbor-world.ts';
import { randomImage } from '../../packages/registry/test/images.ts';
import { type DoctorWorld, type Examined, project, startDoctorWorld } from './doctor-world.ts';

interface Account {
  readonly username: string;
  readonly password: string;
}

let world: DoctorWorld;
let robot: Account;
beforeAll(async () => {
  world = await startDoctorWorld();
  robot = { username: world.robot.name, password: world.robot.secret };
}, 30_000);
afterAll(async () => world?.[Symbol.asyncDispose]());
afterEach(() => {
  world.dev.control.setReadOnly(false);
  world.dev.control.setScanner('healthy');
});

const administrator = (): Account => ({ username: world.dev.username, password: world.dev.password });

function examine(image: string, account: Account | undefined, args: readonly string[] = []): Promise<Examined> {
  const variables =
    account === undefined ? {} : { HARBOR_PILOT_USERNAME: account.username, HARBOR_PILOT_PASSWORD: account.password };
  return world.examine(['--image', image, ...args], variables);
}

/** A robot account of a project with permissions like `scan:create`. */
async function robotWith(name: string, permissions: readonly string[], place = project): Promise<Account> {
  const access = permissions.map((one) => {
    const [resource = '', action = ''] = one.split(':');
    return { resource, action };
  });
  const made = await world.harbor.createRobot({ name, project: place, durationDays: 1, access });
  return { username: made.name, password: made.secret };
}

/** That one check is the first to fail, and how the command ends then. */
function expectCause({ result, found, exitCode, log }: Examined, id: string, code: string, ends: number, seen: string) {
  const cause = found.checks.find(({ status }) => status === 'failed');
  expect({ cause: cause?.id, code: result.error?.code, exitCode }).toEqual({ cause: id, code, exitCode: ends });
  expect(cause?.advice).toBeTruthy();
  expect(log).toContain(seen);
}

describe('harbor-pilot doctor names', () => {
  it.each([
    ['a robot account', () => robot, 'PROJECT_UNAVAILABLE', 'there is no project "missing"', 'Harbor answers 403'],
    ['an administrator', administrator, 'PROJECT_UNAVAILABLE', 'there is no project "missing"', '(404)'],
    ['nobody', () => undefined, 'AUTH_FAILED', 'there is no public project "missing"', '(401)'],
  ])('a project that is missing, to %s', async (_, account, code, seen, fact) => {
    const examined = await examine('missing/app', account());
    expectCause(examined, 'project', code, 3, seen);
    expect(examined.log).toContain(fact);
  });

  it('a project that is closed to the account', async () => {
    await world.harbor.ensureProject('closed');
    const examined = await examine('closed/app', robot);
    expectCause(examined, 'project', 'PROJECT_UNAVAILABLE', 3, `is there, but closed to ${robot.username} (403)`);
  });

  it('a permission that a robot account lacks', async () => {
    const access = ['repository:pull', 'repository:push', 'artifact:read', 'artifact-addition:read', 'accessory:list'];
    const account = await robotWith('unscanning', access);
    const examined = await examine(`${project}/app`, account);
    expectCause(examined, 'may-scan', 'AUTH_DENIED', 3, `${account.username} lacks scan: create`);
    expect(examined.log).toContain(`Add "scan: create" to the permissions of ${account.username}`);
  });

  it('a quota that is full', async () => {
    await world.harbor.ensureProject('full');
    await push('full/app');
    world.dev.control.fillQuota('full');
    const examined = await examine('full/app', administrator());
    expectCause(examined, 'quota', 'QUOTA_EXCEEDED', 7, 'are used (100 %)');
  });

  it('the read-only mode, and sends nothing then', async () => {
    world.dev.control.setReadOnly(true);
    const examined = await examine(`${project}/app`, robot);
    expectCause(examined, 'read-only', 'REGISTRY_READ_ONLY', 7, 'Harbor is in read-only mode');
    expect(examined.found.checks.find(({ id }) => id === 'content-push')?.status).toBe('skipped');
  });

  it.each([
    ['unhealthy', 'does not answer Harbor'],
    ['absent', 'the project has no scanner'],
  ] as const)('a scanner that is %s', async (state, seen) => {
    world.dev.control.setScanner(state);
    expectCause(await examine(`${project}/app`, robot), 'scanner', 'SCAN_NO_SCANNER', 8, seen);
  });

  it('a policy that keeps the image from the cluster', async () => {
    await world.harbor.ensureProject('strict', { enable_content_trust_cosign: 'true' });
    await push('strict/app');
    const puller = await robotWith('puller', ['repository:pull'], 'strict');
    const variables = { HARBOR_PILOT_PULL_PASSWORD: puller.password };
    const { username, password } = administrator();
    const examined = await world.examine(['--image', 'strict/app:v1', '--pull-username', puller.username], {
      ...variables,
      HARBOR_PILOT_USERNAME: username,
      HARBOR_PILOT_PASSWORD: password,
    });
    expectCause(examined, 'content-pull', 'PULL_REFUSED', 5, 'The image is not signed by cosign');
  });
});

describe('the permissions of a release', () => {
  let server: HarborWorld;
  beforeAll(async () => {
    server = await HarborWorld.start();
    await server.project('acme');
  });
  afterAll(() => server.end());

  const needed: readonly StepPermission[] = stepPermissions.release;
  const nameOf = ({ resource, action }: StepPermission): string => `${resource}:${action}`;
  const failuresWithout = async (missing?: string): Promise<readonly string[]> => {
    const others = needed.map(nameOf).filter((name) => name !== missing);
    return failures(await server.examine({ image: 'acme/app', as: await server.robot('acme', others.join(' ')) }));
  };

  it('are all that is examined', async () => {
    expect(await failuresWithout()).toEqual([]);
  });

  // Who may push may pull.
  const required = needed.filter((one) => one.isOptional !== true).map(nameOf);
  it.each([...new Set(required)].filter((name) => name !== 'repository:pull'))(
    'are examined each: %s',
    async (name) => {
      expect((await failuresWithout(name))[0]).toMatch(/AUTH_DENIED$/);
    },
  );
});

async function push(repository: string): Promise<void> {
  const { host, caCertificate, username, password } = world.dev;
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  const { root, source } = randomImage(1, 1000);
  const registry = createRegistry({ http, host, credentials: { username, password } });
  await registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
  http.close();
}
