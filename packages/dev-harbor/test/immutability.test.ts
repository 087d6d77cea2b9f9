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

  it('cannot be deleted, nor can what wears them', async () => {
    const base = '/projects/acme/repositories/locked%252Fapp';
    for (const path of [`${base}/artifacts/v1/tags/v1`, `${base}/artifacts/v1`, base]) {
      const { status, json } = await world.send('DELETE', path);
      expect([status, json.errors[0].message]).toEqual([412, 'the tag v1 configured as immutable, cannot be deleted']);
    }
    expect((await world.send('DELETE', `${base}/artifacts/v1/tags/latest`)).status).toBe(200);
  });
});

describe('patterns', () => {
  const cases: [string, string, boolean][] = [
    ['v*', 'v1.2', true],
    ['*', 'team/app', false],
    ['**', 'team/app', true],
    ['team/**', 'team/app', true],
    ['{v1,v2}', 'v2', true],
    ['v?.[0-9]', 'v1.5', true],
    ['v1.0', 'v1x0', false],
    ['[', '[', false],
    ['{a', 'a', false],
  ];
  it.each(cases)('%s and %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });
});
