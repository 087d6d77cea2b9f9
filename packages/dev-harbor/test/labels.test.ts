import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;
let shop: number;
const member = { username: 'lena', password: 'Passw0rd' };

beforeAll(async () => {
  world = await HarborUnderTest.start();
  shop = await world.project('shop');
  await world.project('other');
  await world.send('POST', '/users', { ...member, email: 'l@example.test', realname: 'Lena', comment: '' });
  await world.send('POST', '/projects/shop/members', { role_id: 2, member_user: { username: member.username } });
  await world.pushImage('shop/app', 'v1');
});
afterAll(() => world.end());

const refusalOf = ({ status, json }: Answer) => [status, json?.errors?.[0]?.message];
const create = async (body: object) =>
  Number((await world.send('POST', '/labels', body)).headers.location?.toString().split('/').at(-1));

describe('labels', () => {
  it('of the system are listed to everybody, and read by administrators', async () => {
    const id = await create({ name: 'Stable', scope: 'g' });
    const listed = await world.send('GET', '/labels?scope=g&name=STA', undefined, { as: null });
    expect(listed.json).toMatchObject([{ id, name: 'Stable' }]);
    expect((await world.send('GET', `/labels/${id}`, undefined, { as: null })).status).toBe(401);
    expect(refusalOf(await world.send('GET', `/labels/${id}`, undefined, { as: member }))).toEqual([403, 'lena']);
  });

  it.each([
    ['GET', '/labels', undefined, 400, 'invalid scope: '],
    ['GET', '/labels?q=name%3D~', undefined, 400, 'invalid query string value: ~'],
    ['GET', '/labels?scope=p', undefined, 400, 'must with project ID when to query project labels'],
    ['GET', '/labels?scope=p&project_id=999', undefined, 401, 'unauthorized'],
    [
      'GET',
      '/labels?scope=p&project_id=x',
      undefined,
      422,
      'validation failure list:\nproject_id in query must be of type int64: "x"',
    ],
    ['GET', '/labels/999', undefined, 404, 'label 999 not found'],
    ['DELETE', '/labels/999', undefined, 404, 'label 999 not found'],
    ['PUT', '/labels/999', { name: 'x' }, 404, 'label 999 not found'],
    ['POST', '/labels', { scope: 'x' }, 400, 'unsupported label scope'],
    ['POST', '/labels', { scope: 'g' }, 401, 'unauthorized'],
  ])('answer to anonymous %s %s', async (method, path, body, status, message) => {
    expect(refusalOf(await world.send(method, path, body, { as: null }))).toEqual([status, message]);
  });

  it('of an unknown project are forbidden to all but administrators', async () => {
    const body = { name: 'x', scope: 'p', project_id: 999 };
    expect(refusalOf(await world.send('POST', '/labels', body, { as: member }))).toEqual([403, 'forbidden']);
    expect((await world.send('POST', '/labels', body)).status).toBe(201);
  });

  it.each([
    [{ name: '' }, 400, 'cannot be empty'],
    [{ name: 'ä'.repeat(65) }, 400, 'max length is 128'],
    [{ name: 'b' }, 409, 'label b already exists'],
    [{ name: 'a', color: '#0123456789abcdef' }, 500, 'internal server error'],
  ])('cannot be changed to %j', async (change, status, message) => {
    for (const name of ['a', 'b']) await create({ name, scope: 'p', project_id: shop });
    const [{ id }] = (await world.send('GET', `/labels?scope=p&project_id=${shop}&q=name%3Da`)).json;
    expect(refusalOf(await world.send('PUT', `/labels/${id}`, change))).toEqual([status, message]);
  });

  it('of another project cannot be put on an artifact', async () => {
    const id = await create({ name: 'foreign', scope: 'p', project_id: shop + 1 });
    const path = '/projects/shop/repositories/app/artifacts/v1/labels';
    expect(refusalOf(await world.send('POST', path, { id }))).toEqual([
      404,
      `project id ${shop}, label ${id} not found`,
    ]);
    const elsewhere = path.replace('shop', 'nowhere');
    expect(refusalOf(await world.send('POST', elsewhere, { id }, { as: null }))).toEqual([
      404,
      'project nowhere not found',
    ]);
    const missing = path.replace('v1', 'v9');
    expect(refusalOf(await world.send('POST', missing, { id: 999 }))).toEqual([404, 'label 999 not found']);
    expect((await world.send('DELETE', `${path}/x`, undefined, { as: null })).status).toBe(422);
  });
});
