import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;
let shop: number;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  shop = await world.project('shop');
  await world.project('other');
});
afterAll(() => world.end());

const refusalOf = ({ status, json }: Answer) => [status, json?.errors?.[0]?.message];
const idOf = ({ headers }: Answer) => Number(String(headers.location).split('/').at(-1));

describe('immutable-tag rules', () => {
  const select = (pattern: string, decoration: string) => ({ kind: 'doublestar', decoration, pattern });
  const rule = (tags: string[], more = {}) => ({
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: tags.map((pattern) => select(pattern, 'matches')),
    scope_selectors: { repository: [select('**', 'repoMatches')] },
    ...more,
  });
  const path = '/projects/shop/immutabletagrules';

  it('begin in force, and look at their first selector', async () => {
    const made = await world.send('POST', path, rule(['v*', 'w*'], { disabled: true }));
    expect(made.headers.location).toBe(`/api/v2.0${path}/${idOf(made)}`);
    await world.pushImage('shop/app', 'v1');
    await world.pushImage('shop/app', 'w1');
    const { json } = await world.send('GET', '/projects/shop/repositories/app/artifacts/v1?with_immutable_status=true');
    expect(
      json.tags.map(({ name, immutable }: { name: string; immutable: boolean }) => [name, immutable]).sort(),
    ).toEqual([
      ['v1', true],
      ['w1', false],
    ]);
  });

  it('are switched without being changed otherwise', async () => {
    const { json } = await world.send('GET', path);
    const change = { ...json[0], disabled: true, tag_selectors: [] };
    expect((await world.send('PUT', `${path}/${change.id}`, change)).status).toBe(200);
    expect((await world.send('GET', path)).json).toEqual([{ ...json[0], disabled: true }]);
    expect((await world.send('PUT', `${path}/${change.id}`, change)).status).toBe(200);
    expect((await world.send('GET', path)).json[0].tag_selectors).toBeNull();
  });

  it.each([{ tag_selectors: {} }, { tag_selectors: [{ kind: 1 }] }, { priority: 'x' }])('are no %j', async (body) => {
    expect((await world.send('POST', path, body)).status).toBe(422);
  });

  it('are known by id in their project only', async () => {
    const id = idOf(await world.send('POST', path, rule(['x*'])));
    const elsewhere = `/projects/other/immutabletagrules/${id}`;
    const { project_id } = (await world.send('GET', '/projects/other')).json;
    const message = `resource not found: project id ${project_id} does not match`;
    expect(refusalOf(await world.send('DELETE', elsewhere))).toEqual([404, message]);
    expect(refusalOf(await world.send('PUT', elsewhere, { id }))).toEqual([404, message]);
    const mismatch = "bad request: the immutable_rule_id doesn't match the id in the payload body of ImmutableRule";
    expect(refusalOf(await world.send('PUT', `${path}/${id}`, {}, { as: null }))).toEqual([400, mismatch]);
    expect((await world.send('DELETE', `${path}/x`, undefined, { as: null })).status).toBe(422);
  });
});

describe('quotas', () => {
  it.each([
    [{}, 400, 'hard required in body'],
    [{ hard: {} }, 400, 'hard required in body'],
    [
      { hard: { storage: 1024 ** 5 + 1 } },
      400,
      'exceeded 1024TB, which is 1125899906842624 Bytes, value=1125899906842625',
    ],
  ])('refuse %j', async (body, status, message) => {
    const [{ id }] = (await world.send('GET', `/quotas?reference=project&reference_id=${shop}`)).json;
    expect(refusalOf(await world.send('PUT', `/quotas/${id}`, body))).toEqual([status, message]);
    expect((await world.send('PUT', `/quotas/${id}`, { hard: { storage: '5' } })).status).toBe(422);
    expect((await world.send('PUT', `/quotas/${id}`, { hard: { storage: 5, apples: 1 } })).status).toBe(400);
    expect((await world.send('GET', `/quotas/${id}`)).json.hard).toEqual({ storage: -1 });
  });

  it('are of projects, and found by their exact id', async () => {
    expect((await world.send('GET', '/quotas?reference=user&q=nothing')).json).toEqual([]);
    expect((await world.send('GET', `/quotas?reference_id=0${shop}`)).json).toEqual([]);
  });
});

describe('retention policies', () => {
  const rule = { action: 'retain', template: 'always', params: {}, tag_selectors: [], scope_selectors: {} };
  const policy = (ref: number, rules: object[] = [rule], level = 'project') => ({
    algorithm: 'or',
    rules,
    scope: { level, ref },
    trigger: { kind: 'Schedule', settings: { cron: '' } },
  });

  it.each([
    [
      'sixteen rules',
      () =>
        policy(
          shop,
          Array.from({ length: 16 }, (_, n) => ({ ...rule, params: { n } })),
        ),
      400,
      'bad request: only 15 rules are allowed at most',
    ],
    [
      'the same rule twice',
      () => policy(shop, [rule, { ...rule, action: 'x' }, { ...rule, id: 7 }]),
      409,
      'resource conflict: rule 2 is conflict with rule 0',
    ],
    ['another scope', () => policy(shop, [rule], 'system'), 400, 'bad request: scope system is not support'],
    ['no project', () => policy(0), 400, 'bad request: invalid Project id 0'],
    ['no scope', () => ({ algorithm: 'or' }), 500, 'internal server error'],
    ['no trigger', () => ({ ...policy(shop), trigger: undefined }), 500, 'internal server error'],
  ])('refuse %s', async (_title, body, status, message) => {
    expect(refusalOf(await world.send('POST', '/retentions', body()))).toEqual([status, message]);
  });

  it.each([{ scope: { level: 1 } }, { rules: [{ disabled: 'no' }] }, { trigger: [] }])('are no %j', async (body) => {
    expect((await world.send('POST', '/retentions', body)).status).toBe(422);
  });

  it('are changed by the project that has them', async () => {
    const id = idOf(await world.send('POST', '/retentions', policy(shop)));
    const mismatch = [404, `resource not found: the retention policy id ${id} does not match`];
    expect(refusalOf(await world.send('PUT', `/retentions/${id}`, policy(shop + 1)))).toEqual(mismatch);
    expect((await world.send('PUT', `/retentions/${id}`, policy(shop))).status).toBe(200);
    const missing = 'bad request: no such Retention policy with id 999';
    expect(refusalOf(await world.send('DELETE', '/retentions/999'))).toEqual([400, missing]);
    expect((await world.send('GET', '/retentions/x', undefined, { as: null })).status).toBe(422);
  });
});
