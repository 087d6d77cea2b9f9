import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { captureRuntime } from '../../packages/steps/test/runtime.ts';
import { openShop, type Shop } from '../release/shop.ts';
import { type Neighbours, openNeighbours } from './neighbour.ts';

const immutable = (pattern: string) => ({
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  action: 'immutable',
  template: 'immutable_template',
});

describe('a push with several tags, one of which is immutable and has another image', () => {
  let shop: Shop;
  let before: string | undefined;
  beforeEach(async () => {
    shop = await openShop();
    await shop.send('POST', '/projects/shop/immutabletagrules', immutable('*.*.*'));
    before = (await shop.run('build', { labels: 'n=1' })).outputs.digest;
    await shop.run('push', { tags: 'latest,1.0.0' });
    await shop.run('build', { labels: 'n=2' });
  });
  afterEach(() => shop.close());
  const held = async (): Promise<readonly unknown[]> =>
    Promise.all(['latest', '1.0.0'].map(async (tag) => (await shop.registry.resolve('shop/app', tag)).digest));

  it('is refused before anything is sent', async () => {
    const failing = shop.run('push', { tags: 'latest,1.0.0' });
    await expect(failing).rejects.toMatchObject({
      code: 'TAG_IMMUTABLE',
      message: expect.stringContaining('was not sent'),
    });
    expect(await held()).toEqual([before, before]);
    await expect(shop.run('release', { tags: 'latest,1.0.0' })).rejects.toMatchObject({ code: 'TAG_IMMUTABLE' });
    expect([await held(), await shop.tags()]).toEqual([
      [before, before],
      ['1.0.0', 'latest'],
    ]);
  });

  it('moves no other tag where the account may not see that beforehand', async () => {
    const access = ['pull', 'push'].map((action) => ({ resource: 'repository', action }));
    const robot = await shop.api.createRobot({ name: 'ci', project: 'shop', durationDays: 1, access });
    const failing = shop.run('push', { tags: 'latest,1.0.0', username: robot.name, password: robot.secret });
    await expect(failing).rejects.toMatchObject({ code: 'TAG_IMMUTABLE' });
    expect(await held()).toEqual([before, before]);
  });
});

describe('a push to several destinations', () => {
  let neighbours: Neighbours;
  beforeEach(async () => {
    neighbours = await openNeighbours();
  });
  afterEach(() => neighbours.close());

  it('brings the same digest everywhere: mounted in the same registry, sent to another', async () => {
    const { shop, other, certificates } = neighbours;
    const built = await shop.run('build');
    const { lines, outputs } = await shop.run('push', {
      tags: '1.0.0\nlatest',
      destinations: `production/app\n${other.harbor.host}/shop/copy:imported`,
      'ca-certificate': certificates,
    });
    const digest = built.outputs.digest;
    expect(outputs.digest).toBe(digest);
    for (const tag of ['1.0.0', 'latest']) {
      expect(await shop.registry.resolve('shop/app', tag)).toMatchObject({ digest });
      expect(await shop.registry.resolve('production/app', tag)).toMatchObject({ digest });
    }
    expect(await Array.fromAsync(other.registry.listTags('shop/copy'))).toEqual(['imported']);
    expect(await other.registry.resolve('shop/copy', 'imported')).toMatchObject({ digest });
    const destinations = (await shop.record()).push?.destinations;
    expect(destinations).toMatchObject([
      { image: `${shop.harbor.host}/shop/app`, tags: ['1.0.0', 'latest'], mountedBlobs: 0, retriedBlobs: 0 },
      { image: `${shop.harbor.host}/production/app`, pushedBlobs: 0, presentBlobs: 0, sentBytes: 0 },
      { image: `${other.harbor.host}/shop/copy`, tags: ['imported'], mountedBlobs: 0 },
    ]);
    expect(destinations?.[1]?.mountedBlobs).toBe(destinations?.[0]?.pushedBlobs);
    expect(destinations?.[2]?.sentBytes).toBe(destinations?.[0]?.sentBytes);
    expect(lines.join('\n')).toMatch(/production\/app: 0 blobs pushed \(0 B, 0 B\/s\), [1-9] mounted, 0 there already/);
  });

  it('goes to each repository with the account that the stored logins have for it', async () => {
    const { shop } = neighbours;
    const access = ['pull', 'push'].map((action) => ({ resource: 'repository', action }));
    const accountOf = async (project: string) => {
      const { name, secret } = await shop.api.createRobot({ name: 'ci', project, durationDays: 1, access });
      return { auth: Buffer.from(`${name}:${secret}`).toString('base64') };
    };
    const { host } = shop.harbor;
    const auths = {
      [`${host}/shop`]: await accountOf('shop'),
      [`${host}/production/app`]: await accountOf('production'),
    };
    const { digest } = (await shop.run('build')).outputs;
    const inputs = { tags: '1', username: '', password: '', destinations: 'production/app' };
    await shop.run('push', inputs, { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) });
    for (const place of ['shop/app', 'production/app'])
      expect(await shop.registry.resolve(place, '1')).toMatchObject({ digest });
  });

  it('reaches none of them when one has an immutable tag on another image', async () => {
    const { shop } = neighbours;
    await shop.send('POST', '/projects/production/immutabletagrules', immutable('**'));
    await shop.run('build', { labels: 'n=1' });
    await shop.run('push', { tags: '1', destinations: 'production/app' });
    const before = await shop.registry.resolve('shop/app', '1');
    await shop.run('build', { labels: 'n=2' });
    const failing = shop.run('push', { tags: '1', destinations: 'production/app' });
    await expect(failing).rejects.toMatchObject({
      code: 'TAG_IMMUTABLE',
      message: expect.stringContaining('production/app:1 is immutable'),
    });
    expect(await shop.registry.resolve('shop/app', '1')).toMatchObject({ digest: before.digest });
  });

  it('says in record, outputs and log which of them have it when one fails after all', async () => {
    const { shop } = neighbours;
    await shop.send('POST', '/projects', { project_name: 'small', storage_limit: 1 });
    const { digest } = (await shop.run('build')).outputs;
    const runtime = captureRuntime(shop.workspace);
    const failing = shop.run('push', { tags: '1', destinations: 'production/app\nsmall/app' }, {}, runtime);
    await expect(failing).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    const names = ['shop/app', 'production/app'].map((name) => `${shop.harbor.host}/${name}`);
    expect((await shop.record()).push?.destinations?.map(({ image }) => image)).toEqual(names);
    expect(runtime.outputs).toEqual({ digest, reference: `${names[0]}@${digest}` });
    expect(runtime.lines.at(-1)).toBe(
      `warning: ${digest} is in ${names.join(', ')}, and not in ${shop.harbor.host}/small/app`,
    );
  });

  it('is refused before anything is sent when a destination cannot be meant', async () => {
    const { shop } = neighbours;
    await shop.run('build');
    for (const destinations of [`production/app@sha256:${'0'.repeat(64)}`, 'Production/app']) {
      await expect(shop.run('push', { tags: '1.0.0', destinations })).rejects.toMatchObject({ exitCode: 2 });
    }
    expect(await shop.tags().catch(() => [])).toEqual([]);
  });

  it('reaches none of them when one does not answer, or has no such project', async () => {
    const { shop } = neighbours;
    await shop.run('build');
    for (const [destinations, code] of [
      ['127.0.0.1:1/shop/copy', 'NETWORK_UNREACHABLE'],
      ['nowhere/app', 'PROJECT_UNAVAILABLE'],
    ] as const) {
      const one = { tags: '1.0.0', destinations: `production/app\n${destinations}` };
      await expect(shop.run('push', one)).rejects.toMatchObject({ code });
      expect(await shop.tags()).toEqual([]);
    }
    await shop.run('push', { image: 'shop/app:1.0.0' });
    const onwards = { image: 'shop/app:1.0.0', to: 'production/app\nnowhere/app', 'public-key': '' };
    await expect(shop.run('promote', onwards)).rejects.toMatchObject({ code: 'PROJECT_UNAVAILABLE' });
    expect(await shop.registry.find('production/app', '1.0.0')).toBeUndefined();
  });
});
