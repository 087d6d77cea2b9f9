import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openShop, type Shop } from '../release/shop.ts';

describe('the quota of a project', () => {
  let shop: Shop;
  const createProject = (name: string, storage_limit: number) =>
    shop.send('POST', '/projects', { project_name: name, metadata: { public: 'false' }, storage_limit });
  beforeEach(async () => {
    shop = await openShop();
    await shop.run('build');
  });
  afterEach(() => shop.close());

  it('that is too small for the image stops the push before the first byte', async () => {
    await createProject('tiny', 100);
    await expect(shop.run('push', { image: 'tiny/app:1' })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      exitCode: 7,
      message: expect.stringContaining('uses 0 of 100 bytes'),
    });
    expect(await shop.api.quota('tiny')).toEqual({ usedBytes: 0, limitBytes: 100, repositoryCount: 0 });
  });

  it('that is large enough, or not there, is not spoken of', async () => {
    await createProject('roomy', 100_000_000);
    for (const image of ['roomy/app:1', 'shop/app:1']) {
      const { lines } = await shop.run('push', { image });
      expect(lines.join('\n')).not.toMatch(/quota/);
    }
  });
});
