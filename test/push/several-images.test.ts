import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openShop, type Shop } from '../release/shop.ts';

describe('a workspace in which several images are built', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop.close());

  const build = async (name: string, places: Readonly<Record<string, string>> = {}): Promise<string | undefined> =>
    (await shop.run('build', { image: `shop/${name}`, labels: `name=${name}`, ...places })).outputs.digest;

  it('never has one pushed under the name of the other', async () => {
    await build('api');
    const web = await build('web');
    await expect(shop.run('push', { image: 'shop/api', tags: '1' })).rejects.toMatchObject({
      code: 'RECORD_MISMATCH',
      message: expect.stringMatching(/\/shop\/api: the image in \.harbor-pilot\/image was built as .*\/shop\/web$/),
    });
    await build('api', { record: 'api.json' });
    await expect(shop.run('push', { image: 'shop/web', tags: '1' })).rejects.toMatchObject({
      code: 'RECORD_MISMATCH',
      message: expect.stringContaining(`is not the ${web} that harbor-pilot.json tells of`),
    });
    const copy = await shop.run('push', { image: 'shop/copy', source: 'oci:.harbor-pilot/image' });
    expect(copy.outputs.digest).not.toBe(web);
  });

  it('has each of them pushed from a folder of its own', async () => {
    const placesOf = (name: string) => ({ layout: `.harbor-pilot/${name}`, record: `${name}.json` });
    const built = [await build('api', placesOf('api')), await build('web', placesOf('web'))];
    const pushed = [];
    for (const name of ['api', 'web']) {
      const { outputs } = await shop.run('push', { image: `shop/${name}`, tags: '1', ...placesOf(name) });
      pushed.push(outputs.digest);
    }
    expect(pushed).toEqual(built);
    expect(new Set(pushed).size).toBe(2);
  });
});
