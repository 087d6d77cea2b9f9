import { randomBytes } from 'node:crypto';
import { digestOf } from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HarborUnderTest, harborUnderTest } from '../../harbor/test/harbor-under-test.ts';
import { randomImage } from './images.ts';
import { registryCases } from './registry-cases.ts';

const project = `registry-${randomBytes(4).toString('hex')}`;
let running: HarborUnderTest;

beforeAll(async () => {
  running = await harborUnderTest();
  await running.harbor().ensureProject(project);
}, 30_000);
afterAll(() => running?.close());

/** Asks Harbor's API for something that the client does not know. */
async function configure(method: 'POST' | 'PUT', path: string, json: unknown): Promise<void> {
  const { username, password } = running.administrator;
  const response = await running.http.request({
    method,
    url: `https://${running.host}/api/v2.0${path}`,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(json),
  });
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${text}`);
}

describe('Harbor as a registry', () => {
  registryCases(
    () => ({
      host: running.host,
      connect: (credentials) => running.registry(credentials),
      close: async () => undefined,
    }),
    project,
  );

  it('says that a project does not exist', async () => {
    const { root, source } = randomImage(1, 10);
    const pushed = running.registry().pushImage('no-such-project/app', root.descriptor, source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({
      code: 'PROJECT_UNAVAILABLE',
      message: expect.stringContaining('no-such-project'),
    });
  });

  it('tries an upload and leaves no blob, and nothing at all where the account may delete', async () => {
    const bytes = randomBytes(100);
    const repository = `${project}/tried`;
    expect(await running.registry().tryUpload(repository, bytes)).toBe('removed');
    const access = [{ resource: 'repository', action: 'push' }];
    const robot = await running.harbor().createRobot({ name: 'pusher', project, durationDays: 1, access });
    const registry = running.registry({ username: robot.name, password: robot.secret });
    expect(await registry.tryUpload(repository, bytes)).toBe('left');
    expect(await registry.hasBlob(repository, digestOf(bytes))).toBe(false);
  });

  it('lets a robot account do what it may, and says so when it may not', async () => {
    const access = [{ resource: 'repository', action: 'pull' }];
    const robot = await running.harbor().createRobot({ name: 'puller', project, durationDays: 1, access });
    const registry = running.registry({ username: robot.name, password: robot.secret });
    expect(await registry.ping()).toBe(true);
    const { root, source } = randomImage(1, 10);
    await running.registry().pushImage(`${project}/shared`, root.descriptor, source, { tags: ['v1'] });
    expect(await registry.resolve(`${project}/shared`, 'v1')).toEqual(root.descriptor);
    const other = randomImage(1, 10);
    const pushed = registry.pushImage(`${project}/shared`, other.root.descriptor, other.source, { tags: ['v2'] });
    await expect(pushed).rejects.toMatchObject({ code: 'AUTH_DENIED', hint: expect.stringContaining(robot.name) });
    const elsewhere = registry.resolve('library/nothing', 'v1');
    await expect(elsewhere).rejects.toMatchObject({ code: 'REFERENCE_NOT_FOUND' });
  });

  it('leaves an immutable tag alone that has the digest already, and names the digests otherwise', async () => {
    const registry = running.registry();
    const own = `immutable-${randomBytes(4).toString('hex')}`;
    await running.harbor().ensureProject(own);
    const selector = (decoration: string, pattern: string) => ({ kind: 'doublestar', decoration, pattern });
    await configure('POST', `/projects/${own}/immutabletagrules`, {
      action: 'immutable',
      template: 'immutable_template',
      tag_selectors: [selector('matches', 'v*')],
      scope_selectors: { repository: [selector('repoMatches', '**')] },
    });
    const [first, second] = [randomImage(1, 10), randomImage(1, 10)];
    await registry.pushImage(`${own}/app`, first.root.descriptor, first.source, { tags: ['v1'] });
    await registry.pushImage(`${own}/app`, first.root.descriptor, first.source, { tags: ['v1'] });
    const pushed = registry.pushImage(`${own}/app`, second.root.descriptor, second.source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({
      code: 'TAG_IMMUTABLE',
      message: expect.stringContaining(first.root.descriptor.digest),
    });
    expect(await registry.resolve(`${own}/app`, 'v1')).toEqual(first.root.descriptor);
  });

  it('says which policy keeps an image from being pulled, and pushes it again all the same', async () => {
    const own = `trusted-${randomBytes(4).toString('hex')}`;
    await running.harbor().ensureProject(own, { enable_content_trust_cosign: 'true' });
    const registry = running.registry();
    const { root, source } = randomImage(1, 10);
    await registry.pushImage(`${own}/app`, root.descriptor, source, { tags: ['v1'] });
    await registry.pushImage(`${own}/app`, root.descriptor, source, { tags: ['v1', 'v2'] });
    await expect(registry.resolve(`${own}/app`, 'v1')).rejects.toMatchObject({
      code: 'PULL_REFUSED',
      message: expect.stringContaining('not signed'),
    });
  });

  it('says that the quota is used up', async () => {
    const own = `small-${randomBytes(4).toString('hex')}`;
    await configure('POST', '/projects', { project_name: own, metadata: { public: 'false' }, storage_limit: 50_000 });
    const { root, source } = randomImage(1, 200_000);
    const pushed = running.registry().pushImage(`${own}/app`, root.descriptor, source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });
});
