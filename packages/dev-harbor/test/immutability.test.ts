import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { matchesGlob } from '../src/policy/glob.ts';
import { HarborUnderTest, image } from './harbor-client.ts';

let world: HarborUnderTest;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  await world.project('acme');
  await world.send('POST', '/projects/acme/immutabletagrules', {
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: 'locked/**' }] },
  });
});
afterAll(() => world.end());

describe('immutable tags', () => {
  it('cannot be pushed again, not even with the same content', async () => {
    const { manifest, blobs } = image('first');
    expect((await world.push('acme/locked/app', 'v1', manifest, blobs)).status).toBe(201);
    const again = await world.push('acme/locked/app', 'v1', manifest, []);
    expect(again.status).toBe(412);
    expect(again.json.errors[0].message).toBe(
      "Failed to process request due to 'locked/app:v1' configured as immutable.",
    );
    expect((await world.push('acme/locked/app', 'latest', manifest, [])).status).toBe(201);
    expect((await world.push('acme/free', 'v1', manifest, blobs)).status).toBe(201);
    expect((await world.push('acme/free', 'v1', manifest, [])).status).toBe(201);
  });

  // v2.15.2, api/v2.0/swagger.yaml: what is empty is left out, and the parameter has this name.
  it('have rules that may be empty, known by a number', async () => {
    const path = '/projects/acme/immutabletagrules';
    const { headers } = await world.send('POST', path, {});
    const rules = (await world.send('GET', path)).json;
    expect(rules.at(-1)).toEqual({ id: expect.any(Number), tag_selectors: null });
    const { json } = await world.send('DELETE', `${path}/x`);
    expect(json.errors[0].message).toContain('immutable_rule_id in path must be of type int64: "x"');
    expect((await world.send('DELETE', String(headers.location).replace('/api/v2.0', ''))).status).toBe(200);
  });

  it('cannot be deleted, nor can what wears them', async () => {
    const base = '/projects/acme/repositories/locked%252Fapp';
    for (const path of [`${base}/artifacts/v1/tags/v1`, `${base}/artifacts/v1`, base]) {
      const { status, json } = await world.send('DELETE', path);
      expect([status, json.errors[0].message]).toEqual([412, 'the tag v1 configured as immutable, cannot be deleted']);
    }
    expect((await world.send('DELETE', `${base}/artifacts/v1/tags/latest`)).status).toBe(200);
  });
});

describe('rules', () => {
  const selector = (decoration: string, pattern: string, kind = 'doublestar') => ({ kind, decoration, pattern });
  type Selector = ReturnType<typeof selector>;
  const rule = (tags: Selector, repositories: Selector) => ({
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [tags],
    scope_selectors: { repository: [repositories] },
  });
  const all = selector('repoMatches', '**');
  const cases: [string, readonly object[], boolean][] = [
    ['empty', [rule(selector('matches', ''), selector('repoMatches', ''))], true],
    ['excluding another', [rule(selector('excludes', 'x*'), all)], true],
    ['excluding it', [rule(selector('excludes', 'v*'), all)], false],
    ['excluding its repository', [rule(selector('matches', 'v*'), selector('repoExcludes', 'team/**'))], false],
    ['of tags for repositories', [rule(selector('matches', 'v*'), selector('matches', 'v1'))], true],
    ['of namespaces', [rule(selector('matches', 'v*'), selector('nsMatches', '**'))], false],
    [
      'behind one of an unknown kind',
      [rule(selector('matches', '**', 'other'), all), rule(selector('matches', '**'), all)],
      false,
    ],
    [
      'behind one with a broken pattern',
      [rule(selector('matches', 'v['), all), rule(selector('matches', 'v1'), all)],
      false,
    ],
    [
      'before one with a broken pattern',
      [rule(selector('matches', 'v1'), all), rule(selector('matches', 'v['), all)],
      true,
    ],
  ];
  it.each(cases)('%s', async (name, rules, isImmutable) => {
    const project = `rules-${name.replaceAll(' ', '-')}`;
    await world.project(project);
    await world.pushImage(`${project}/team/app`, 'v1');
    for (const one of rules) await world.send('POST', `/projects/${project}/immutabletagrules`, one);
    const again = await world.push(`${project}/team/app`, 'v1', image(`${project}/team/app`).manifest, []);
    expect(again.status).toBe(isImmutable ? 412 : 201);
  });
});

describe('patterns', () => {
  const cases: [string, string, boolean | undefined][] = [
    ['', 'anything', true],
    ['v*', 'v1.2', true],
    ['*', 'team/app', false],
    ['**', 'team/app', true],
    ['team/**', 'team/app', true],
    ['team/**', 'team', false],
    ['**/app', 'app', true],
    ['**/app', 'a/b/app', true],
    ['**app', 'team/app', false],
    ['a/**/b', 'a/b', true],
    ['{v1,v2}', 'v2', true],
    ['{team/app,x{y,z}}/w', 'team/app/w', true],
    ['{team/app,x{y,z}}/w', 'xz/w', true],
    ['v?.[0-9]', 'v1.5', true],
    ['v[^0-9]', 'va', true],
    ['v[^0-9]', 'v5', false],
    ['v[!0-9]', 'v!', true],
    ['v[a\\-c]', 'vb', false],
    ['v[a\\-c]', 'v-', true],
    ['v[z-a]', 'vm', false],
    ['v\\*', 'v*', true],
    ['v\\*', 'v1', false],
    ['v1.0', 'v1x0', false],
    ['v)', 'v)', true],
    ['[', '[', undefined],
    ['[]', 'x', undefined],
    ['[-a]', 'a', undefined],
    ['{a', 'a', undefined],
    ['a\\', 'a', undefined],
  ];
  it.each(cases)('%s and %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });
});
