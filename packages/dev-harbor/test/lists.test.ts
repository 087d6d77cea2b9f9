import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start();
});
afterAll(() => world.end());

describe('lists', () => {
  it('have pages, an order, filters and links', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await world.project(name);
    const list = (query: string) => world.send('GET', `/projects?q=name%3D~page-${query}`);
    const names = (json: { name: string }[]) => json.map(({ name }) => name);
    const first = await list('&page_size=2');
    expect(names(first.json)).toEqual(['page-a', 'page-b']);
    expect(first.headers['x-total-count']).toBe('3');
    expect(first.headers.link).toBe('</api/v2.0/projects?page=2&page_size=2&q=name=~page->; rel="next"');
    expect(names((await list('&sort=-name')).json)).toEqual(['page-c', 'page-b', 'page-a']);
    expect((await list('&page_size=101')).status).toBe(422);
    expect((await world.send('GET', '/projects?q=nonsense')).status).toBe(400);
  });
});
