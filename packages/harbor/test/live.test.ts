import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf, emptyContent } from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomImage, referrerOf, type TestImage } from '../../registry/test/images.ts';
import { type HarborUnderTest, harborUnderTest } from './harbor-under-test.ts';

const project = `harbor-${randomBytes(4).toString('hex')}`;
const repository = 'team/nested/app';
let running: HarborUnderTest;
let image: TestImage;

beforeAll(async () => {
  running = await harborUnderTest();
  await running.harbor().ensureProject(project);
  image = randomImage(1, 1000);
  const options = { tags: ['v1', 'v2'] };
  await running.registry().pushImage(`${project}/${repository}`, image.root.descriptor, image.source, options);
}, 30_000);
afterAll(() => running?.close());

describe('a Harbor that runs', () => {
  it('tells its version and health', async () => {
    expect(await running.harbor().version()).toMatch(/^v2\./);
    expect(await running.harbor().unhealthyComponents()).toEqual([]);
  });

  it('refuses a wrong password', async () => {
    const harbor = running.harbor({ username: 'nobody', password: 'wr0ng-pass' });
    await expect(harbor.projectId(project)).rejects.toMatchObject({ code: expect.stringMatching(/^(AUTH_|PROJECT_)/) });
  });

  it('has projects with numbers, also when their name is one', async () => {
    const harbor = running.harbor();
    expect(await harbor.ensureProject(project)).toBe(false);
    expect(await harbor.projectId(project)).toBeGreaterThan(0);
    const digits = `${Date.now()}`;
    expect(await harbor.ensureProject(digits)).toBe(true);
    expect(await harbor.projectId(digits)).not.toBe(Number(digits));
    await expect(harbor.projectId('no-such-project')).rejects.toMatchObject({ code: 'PROJECT_UNAVAILABLE' });
  });

  it('knows an artifact with its tags, and one that is not there', async () => {
    const artifact = await running.harbor().artifact(project, repository, 'v1');
    expect(artifact).toMatchObject({
      digest: image.root.descriptor.digest,
      mediaType: image.root.descriptor.mediaType,
    });
    expect([...artifact.tags].sort()).toEqual(['v1', 'v2']);
    const missing = running.harbor().artifact(project, repository, digestOf('nothing'));
    await expect(missing).rejects.toMatchObject({ code: 'REFERENCE_NOT_FOUND' });
  });

  it('makes robot accounts that may only do what they were made for', async () => {
    const harbor = running.harbor();
    const access = [{ resource: 'artifact', action: 'read' }];
    const robot = await harbor.createRobot({ name: 'reader', project, durationDays: 2, access });
    expect(robot.name).toContain(`${project}+reader`);
    expect((robot.expiresAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(86_400_000);
    const asRobot = running.harbor({ username: robot.name, password: robot.secret });
    expect((await asRobot.artifact(project, repository, 'v1')).digest).toBe(image.root.descriptor.digest);
    const scan = asRobot.startScan(project, repository, image.root.descriptor.digest);
    await expect(scan).rejects.toMatchObject({ code: 'AUTH_DENIED', hint: expect.stringContaining('scan: create') });
    await expect(harbor.createRobot({ name: 'reader', project, durationDays: 2, access })).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    });
    await harbor.deleteRobot(robot.id);
    await harbor.deleteRobot(robot.id);
    expect(await harbor.robot(robot.id)).toBeUndefined();
  });

  it('tells of the robot accounts of a project and of the system, and gives them new secrets', async () => {
    const harbor = running.harbor();
    const access = [{ resource: 'repository', action: 'pull' }];
    const wish = { name: `listed-${project}`, durationDays: 1, description: 'a test' };
    const made = await harbor.createRobot({ ...wish, project, access });
    const permissions = [project, 'library'].map((namespace) => ({ kind: 'project' as const, namespace, access }));
    const ofSystem = await harbor.createSystemRobot({ ...wish, permissions });
    const nowhere = {
      ...wish,
      name: 'nowhere',
      permissions: [{ kind: 'project' as const, namespace: 'missing', access }],
    };
    await expect(harbor.createSystemRobot(nowhere)).rejects.toMatchObject({
      code: 'PROJECT_UNAVAILABLE',
      message: expect.stringContaining('nowhere of the system, for missing: a project does not exist'),
    });
    const listed = (await harbor.robots(project)).find(({ id }) => id === made.id);
    expect(listed).toEqual({
      id: made.id,
      name: made.name,
      description: 'a test',
      level: 'project',
      durationDays: 1,
      isDisabled: false,
      permissions: [{ kind: 'project', namespace: project, access }],
      createdAt: made.createdAt,
      expiresAt: made.expiresAt,
    });
    expect(await harbor.robot(made.id)).toEqual(listed);
    expect((await harbor.robots(undefined)).map(({ name }) => name)).toContain(ofSystem.name);
    const secret = await harbor.renewRobotSecret(made.id);
    await running.registry({ username: made.name, password: secret }).ping();
    const old = running.registry({ username: made.name, password: made.secret }).ping();
    await expect(old).rejects.toMatchObject({ code: 'ROBOT_REFUSED' });
    for (const { id } of [made, ofSystem]) await harbor.deleteRobot(id);
  });

  it('lists what refers to an artifact', async () => {
    const harbor = running.harbor();
    const { descriptor } = image.root;
    expect(await harbor.accessories(project, repository, descriptor.digest)).toEqual([]);
    const referrer = referrerOf(descriptor, 'application/vnd.test.note+json');
    const name = `${project}/${repository}`;
    const open = async () => Readable.from([emptyContent.bytes]);
    await running.registry().pushBlob(name, { descriptor: emptyContent.descriptor, open });
    await running.registry().pushReferrer(name, referrer);
    expect(await harbor.accessories(project, repository, descriptor.digest)).toEqual([
      { digest: referrer.descriptor.digest, subjectDigest: descriptor.digest, type: 'subject.accessory' },
    ]);
  });

  it('scans, and gives a report only afterwards', async () => {
    const harbor = running.harbor();
    const { digest } = image.root.descriptor;
    expect(await harbor.vulnerabilities(project, repository, digest)).toBeUndefined();
    expect(await harbor.startScan(project, repository, digest)).toBe('started');
    const deadline = Date.now() + 15_000;
    let { scan } = await harbor.artifact(project, repository, digest);
    while (!['Success', 'Error'].includes(scan.status) && Date.now() < deadline) {
      await sleep(100);
      ({ scan } = await harbor.artifact(project, repository, digest));
    }
    const report = await harbor.vulnerabilities(project, repository, digest);
    expect(report === undefined).toBe(scan.status !== 'Success');
  }, 20_000);

  it('labels artifacts, and deletes tags, twice as well as once', async () => {
    const harbor = running.harbor();
    const { digest } = image.root.descriptor;
    await harbor.labelArtifact(project, repository, digest, 'approved');
    await harbor.labelArtifact(project, repository, digest, 'approved');
    await harbor.deleteTag(project, repository, digest, 'v2');
    await harbor.deleteTag(project, repository, digest, 'v2');
    expect(await harbor.artifact(project, repository, digest)).toMatchObject({ tags: ['v1'], labels: ['approved'] });
  });
});
