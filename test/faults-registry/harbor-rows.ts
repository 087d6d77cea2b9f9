import { randomBytes } from 'node:crypto';
import { createHarbor } from '@harbor-pilot/harbor';
import { basicAuthorization } from '@harbor-pilot/http';
import { expect, it } from '@jest/globals';
import { randomImage } from '../../packages/registry/test/images.ts';
import type { FaultStage } from './stage.ts';

/** What only Harbor does, for real and not by injection. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: it is the body of a suite, like those in *.test.ts files.
export function harborRows(stage: () => FaultStage): void {
  const createProject = async (more: object = {}): Promise<string> => {
    const project = `p-${randomBytes(4).toString('hex')}`;
    await stage().configure('POST', '/projects', { project_name: project, metadata: { public: 'false' }, ...more });
    return project;
  };
  const harbor = () => {
    const { proxy, credentials } = stage();
    return createHarbor({ http: stage().connect().http, host: proxy.host, credentials });
  };

  it('row 10: a token without the right says what it allows and what it would take', async () => {
    const project = await createProject();
    const access = [{ resource: 'repository', action: 'pull' }];
    const robot = await harbor().createRobot({ name: 'puller', project, durationDays: 1, access });
    const credentials = { username: robot.name, password: robot.secret };
    const { root, source } = randomImage(1, 10);
    const pushed = stage()
      .connect({ credentials })
      .registry.pushImage(`${project}/app`, root.descriptor, source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({
      code: 'AUTH_DENIED',
      exitCode: 3,
      message: expect.stringContaining('it takes pull, push; the token allows pull'),
    });
  });

  it('row 22: an immutable tag is left alone, and pushed again without an error', async () => {
    const project = await createProject();
    const selector = (decoration: string, pattern: string) => ({ kind: 'doublestar', decoration, pattern });
    await stage().configure('POST', `/projects/${project}/immutabletagrules`, {
      action: 'immutable',
      template: 'immutable_template',
      tag_selectors: [selector('matches', '**')],
      scope_selectors: { repository: [selector('repoMatches', '**')] },
    });
    const { registry } = stage().connect();
    const [first, second] = [randomImage(1, 10), randomImage(1, 10)];
    const push = ({ root, source }: typeof first) =>
      registry.pushImage(`${project}/app`, root.descriptor, source, { tags: ['v1'] });
    await push(first);
    await push(first);
    await expect(push(second)).rejects.toMatchObject({
      code: 'TAG_IMMUTABLE',
      exitCode: 7,
      message: expect.stringContaining(first.root.descriptor.digest),
    });
  });

  it('row 24: a quota that is used up is no matter of rights, and not tried again', async () => {
    const project = await createProject({ storage_limit: 50_000 });
    const { registry, waits } = stage().connect();
    const { root, source } = randomImage(1, 200_000);
    const pushed = registry.pushImage(`${project}/app`, root.descriptor, source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED', exitCode: 7 });
    expect(waits).toEqual([]);
  });

  it('row 24: read-only mode is named', async () => {
    const { registry, waits } = stage().connect();
    const { root, source } = randomImage(1, 10);
    await stage().configure('PUT', '/configurations', { read_only: true });
    try {
      const pushed = registry.pushImage('library/app', root.descriptor, source, { tags: ['v1'] });
      await expect(pushed).rejects.toMatchObject({ code: 'REGISTRY_READ_ONLY', exitCode: 7 });
    } finally {
      await stage().configure('PUT', '/configurations', { read_only: false });
    }
    expect(waits).toEqual([]);
  });

  it('row 24: a project that is missing is named', async () => {
    const { root, source } = randomImage(1, 10);
    const { registry } = stage().connect();
    const pushed = registry.pushImage('no-such-project/app', root.descriptor, source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({
      code: 'PROJECT_UNAVAILABLE',
      exitCode: 3,
      message: expect.stringContaining('no-such-project'),
    });
  });

  it('row 24: a robot account that is disabled is named, and its password sent once', async () => {
    const project = await createProject();
    const access = [{ resource: 'repository', action: 'pull' }];
    const robot = await harbor().createRobot({ name: 'off', project, durationDays: 1, access });
    const shown = (await stage().configure('GET', `/robots/${robot.id}`)) as object;
    await stage().configure('PUT', `/robots/${robot.id}`, { ...shown, disable: true });
    const { registry } = stage().connect({ credentials: { username: robot.name, password: robot.secret } });
    const refused = { code: 'ROBOT_REFUSED', exitCode: 3, hint: expect.stringContaining('disabled') };
    await expect(registry.resolve(`${project}/app`, 'v1')).rejects.toMatchObject(refused);
    await expect(registry.resolve(`${project}/app`, 'v2')).rejects.toMatchObject(refused);
    const own = basicAuthorization({ username: robot.name, password: robot.secret });
    const basic = stage().proxy.requests.filter(({ headers }) => headers.authorization === own);
    expect(basic).toHaveLength(1);
  });
}
