import { type Clock, systemClock } from '@harbor-pilot/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest, image } from './harbor-client.ts';

/** A second passes whenever somebody looks. */
let seconds = 0;
const clock: Clock = { now: () => new Date(Date.now() + 1000 * seconds++), sleep: systemClock.sleep };
let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start({ clock });
  await world.project('shop');
  for (const name of ['b', 'a', 'team/c']) await world.pushImage(`shop/${name}`, 'v1');
});
afterAll(() => world.end());

describe('repositories', () => {
  it.each([
    ['', ['shop/team/c', 'shop/a', 'shop/b']],
    ['?sort=repository_id', ['shop/b', 'shop/a', 'shop/team/c']],
    [`?q=blob_digest%3D${image('shop/a').blobs[0]?.digest}`, ['shop/a']],
  ])('are listed with %s', async (query, expected) => {
    const { json } = await world.send('GET', `/projects/shop/repositories${query}`);
    expect(json.map(({ name }: { name: string }) => name)).toEqual(expected);
  });

  it('with slashes in their names are encoded twice in links', async () => {
    const path = '/projects/shop/repositories/team%252Fc/artifacts';
    await world.pushImage('shop/team/c', 'v2', 'another');
    const { headers } = await world.send('GET', `${path}?page_size=1`);
    expect(headers.link).toBe(`</api/v2.0${path}?page=2&page_size=1>; rel="next"`);
  });

  it('are found in any case, the newest first', async () => {
    const { json } = await world.send('GET', '/search?q=SHOP');
    const names = json.repository.map(({ repository_name }: { repository_name: string }) => repository_name);
    expect([names, json.project]).toEqual([['shop/team/c', 'shop/a', 'shop/b'], []]);
  });

  it('tell when something in them was changed', async () => {
    const path = '/projects/shop/repositories/b';
    const times = new Set<string>();
    const look = async () => times.add((await world.send('GET', path)).json.update_time).size;
    expect(await look()).toBe(1);
    await world.pushImage('shop/b', 'v1', 'shop/b');
    expect(await look()).toBe(1);
    await world.pushImage('shop/b', 'v2', 'shop/b');
    expect(await look()).toBe(2);
    await world.send('POST', `${path}/artifacts/v1/tags`, { name: 'v3' });
    expect(await look()).toBe(3);
    await world.pull('shop/b', 'v1');
    expect(await look()).toBe(4);
    await world.send('DELETE', `${path}/artifacts/v1/tags/v3`);
    expect(await look()).toBe(5);
    await world.send('DELETE', `${path}/artifacts/v1`);
    expect(await look()).toBe(6);
  });

  it('keep their description in HTML, and change nothing else for it', async () => {
    const path = '/projects/shop/repositories/a';
    const { update_time } = (await world.send('GET', path)).json;
    await world.send('PUT', path, { description: `<b>"it's" & more</b>` });
    const description = '&lt;b&gt;&#34;it&#39;s&#34; &amp; more&lt;/b&gt;';
    expect((await world.send('GET', path)).json).toMatchObject({ description, update_time });
    expect((await world.send('PUT', path, { description: 'x', pull_count: 'many' })).status).toBe(422);
  });
});
