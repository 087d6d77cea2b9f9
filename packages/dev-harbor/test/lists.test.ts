import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  for (const name of ['page-a', 'page-b', 'page-c']) await world.project(name);
});
afterAll(() => world.end());

const list = (query: string) => world.send('GET', `/projects?q=name%3D~page-${query}`);
const names = (json: { name: string }[]) => json.map(({ name }) => name);

describe('lists', () => {
  it('have pages, an order, filters and links', async () => {
    const first = await list('&page_size=2');
    expect(names(first.json)).toEqual(['page-a', 'page-b']);
    expect(first.headers['x-total-count']).toBe('3');
    expect(first.headers.link).toBe('</api/v2.0/projects?page=2&page_size=2&q=name=~page->; rel="next"');
    expect(names((await list('&sort=-name')).json)).toEqual(['page-c', 'page-b', 'page-a']);
    expect((await world.send('GET', '/projects?q=nonsense')).status).toBe(400);
  });

  it.each([
    ['by several keys', '&sort=public,-name', ['page-c', 'page-b', 'page-a']],
    ['by a field of the model', '&sort=-ProjectID', ['page-c', 'page-b', 'page-a']],
    ['by what is not there, as usual', '&sort=nonsense', ['page-a', 'page-b', 'page-c']],
    ['the last of two', '&sort=name&sort=-name', ['page-c', 'page-b', 'page-a']],
  ])('are in order %s', async (_title, query, expected) => {
    expect(names((await list(query)).json)).toEqual(expected);
  });

  it.each([
    ['name={page-a page-c}', ['page-a', 'page-c']],
    ['name={"page-a" nobody}', ['page-a']],
    ['name=[page-b~]', ['page-b', 'page-c']],
    ['Name=page-b', ['page-b']],
    ['name=\\page-b', ['page-b']],
    ['creation_time=[2020-01-01 00:00:00~2999-01-01],name=~page-', ['page-a', 'page-b', 'page-c']],
    ['creation_time=[~2020-01-01T00:00:00]', []],
    ['name=~page-,unknown=1', ['page-a', 'page-b', 'page-c']],
    ['name=(page-a)', ['library', 'page-a', 'page-b', 'page-c']],
  ])('know q=%s', async (q, expected) => {
    expect(names((await world.send('GET', `/projects?q=${encodeURIComponent(q)}`)).json)).toEqual(expected);
  });

  it.each([
    [400, 'name=', 'the query string must contain "=" and the key/value cannot be empty'],
    [400, 'name=page-a,,name=b', 'the query string must contain "=" and the key/value cannot be empty'],
    [400, 'name=~', 'invalid query string value: ~'],
    [400, 'name={a', 'invalid query string value: {a'],
    [400, 'name=[a]', 'invalid query string value: [a]'],
    [400, 'name=[~]', 'invalid query string value: [~]'],
    [500, 'project_id=abc', 'internal server error'],
    [500, 'creation_time=yesterday', 'internal server error'],
  ])('answer %i to q=%s', async (status, q, message) => {
    const answer = await world.send('GET', `/projects?q=${encodeURIComponent(q)}`);
    expect([answer.status, answer.json.errors[0].message]).toEqual([status, message]);
  });

  it.each([
    ['page_size=101', 'page_size in query should be less than or equal to 100'],
    ['page=x', 'page in query must be of type int64: "x"'],
    [
      'page_size=999&page=x',
      'page in query must be of type int64: "x"\npage_size in query should be less than or equal to 100',
    ],
    ['page=9223372036854775808', 'page in query must be of type int64: "9223372036854775808"'],
  ])('refuse %s before they ask who it is', async (query, reason) => {
    const answer = await world.send('GET', `/users?${query}`, undefined, { as: null });
    expect([answer.status, answer.json.errors[0].message]).toEqual([422, `validation failure list:\n${reason}`]);
  });

  it('link to any text', async () => {
    const { status, headers } = await world.send('GET', `/projects?page=-1&q=${encodeURIComponent('unknown=日\n本')}`);
    const link = Buffer.from(String(headers.link), 'latin1').toString();
    expect([status, link]).toEqual([200, '</api/v2.0/projects?page=0&page_size=10&q=unknown=日 本>; rel="next"']);
  });

  it('link to the page before while it has something', async () => {
    const link = async (query: string) => (await list(`&page_size=3&${query}`)).headers.link;
    expect(await link('page=2')).toBeUndefined();
    expect(await link('page=0')).toBe('</api/v2.0/projects?page=1&page_size=3&q=name=~page->; rel="next"');
  });
});
