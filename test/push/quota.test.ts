import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openShop, type Shop } from '../release/shop.ts';

describe('the quota of a project', () => {
  let shop: Shop;
  const createProject = (name: string, storage_limit: number) =>
    shop.send('POST', '/projects', { project_name: name, metadata: { public: 'false' }, storage_limit });
  const used = async (project: string) => (await shop.api.quota(project)).usedBytes;
  const built = 'oci:.harbor-pilot/image';
  const unverified = { image: 'shop/app:1', 'public-key': '' };
  beforeEach(async () => {
    shop = await openShop();
    await shop.run('build');
  });
  afterEach(() => shop.close());

  it('that is too small for the image stops every way of pushing before the first byte', async () => {
    await createProject('tiny', 100);
    await shop.run('push', { tags: '1' });
    await shop.run('push', { 'to-bundle': 'app.tar' });
    const ways = [
      ['push', { image: 'tiny/app:1', source: built }],
      ['push', { image: 'tiny/app:1', 'from-bundle': 'app.tar' }],
      ['promote', { ...unverified, to: 'tiny/app' }],
    ] as const;
    for (const [step, inputs] of ways) {
      await expect(shop.run(step, inputs)).rejects.toMatchObject({
        code: 'QUOTA_EXCEEDED',
        exitCode: 7,
        message: expect.stringMatching(/"tiny" uses 0 of 100 bytes, and \d{3,} bytes are missing there$/),
      });
    }
    expect(await shop.api.quota('tiny')).toEqual({ usedBytes: 0, limitBytes: 100, repositoryCount: 0 });
  });

  it('that is exceeded although it was not certain beforehand is told with its figures', async () => {
    await shop.run('push', { tags: '1' });
    const imageBytes = await used('shop');
    // Has room for one image, but not for two that have nothing in common.
    const limit = Math.round(imageBytes * 1.5);
    await createProject('tight', limit);
    await writeFile(join(shop.workspace, 'Dockerfile'), 'FROM scratch\nCOPY package-lock.json /other/\n');
    await shop.run('build', { layout: 'other' });
    await shop.run('push', { image: 'tight/other:1', source: 'oci:other' });
    const ways = [
      ['push', { image: 'tight/app:1', source: built }],
      ['promote', { ...unverified, to: 'tight/app' }],
    ] as const;
    for (const [step, inputs] of ways) {
      await expect(shop.run(step, inputs)).rejects.toMatchObject({
        code: 'QUOTA_EXCEEDED',
        message: expect.stringMatching(new RegExp(`\\(the project "tight" uses \\d+ of ${limit} bytes\\)$`)),
      });
    }
  });

  it('that is large enough, or not there, is not spoken of', async () => {
    await createProject('roomy', 100_000_000);
    for (const image of ['roomy/app:1', 'shop/app:1']) {
      const { lines } = await shop.run('push', { image, source: built });
      expect(lines.join('\n')).not.toMatch(/quota/);
    }
    const { lines } = await shop.run('promote', { ...unverified, to: 'roomy/copy' });
    expect(lines.join('\n')).not.toMatch(/quota/);
  });
});
