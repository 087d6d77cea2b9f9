import { describe, expect, it } from '@jest/globals';
import { allSteps, configSchema, parseConfig } from '../src/index.ts';

const parse = (text: string): ReturnType<typeof parseConfig> => parseConfig(text, 'harbor-pilot.yml', allSteps);
const invalid = (message: RegExp, hint = /./): object =>
  expect.objectContaining({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });

describe('harbor-pilot.yml', () => {
  it('gives values by their place', async () => {
    const config = await parse(
      'image: shop/hello\nbuild:\n  platforms: [linux/amd64, linux/arm64]\n  build-args: { A: 1, B: x, C: 1.5 }\nscan-gate:\n  only-fixed: true\n  timeout: 90\n',
    );
    expect(
      ['image', 'build.platforms', 'build.build-args', 'scan-gate.only-fixed', 'scan-gate.timeout', 'rollout.undo'].map(
        config,
      ),
    ).toEqual(['shop/hello', ['linux/amd64', 'linux/arm64'], ['A=1', 'B=x', 'C=1.5'], true, 90, undefined]);
  });

  it('may be empty', async () => {
    expect((await parse(''))('image')).toBeUndefined();
  });

  it.each([
    ['imgae: x', /harbor-pilot\.yml:1: unknown key "imgae"/, /Did you mean "image"/],
    [
      'image: a/b\nscan-gate:\n  severity-cutof: high',
      /:3: unknown key "scan-gate.severity-cutof"/,
      /"scan-gate.severity-cutoff"/,
    ],
    ['password: x', /unknown key "password"/, /Secrets do not belong/],
    ['build: yes', /"build" is not a map/, /./],
    ['image: [a, b]', /"image" is not text/, /./],
    ['tags: [1.10]', /:1: "tags" is not a list of texts/, /./],
    ['image: 1.10', /"image" is not text/, /quotes/],
    ['scan-gate:\n  only-fixed: maybe', /:2: "scan-gate.only-fixed" is not true or false/, /./],
    ['scan-gate:\n  severity-cutoff: hihg', /"hihg"/, /critical, high/],
    ['scan-gate.only-fixed: true', /unknown key "scan-gate.only-fixed"/, /./],
    ['image: *nothing', /nothing/, /./],
    ['a: [', /harbor-pilot\.yml:1/, /./],
    ['- a', /not a map/, /./],
  ])('refuses %p with its place', async (text, message, hint) => {
    await expect(parse(text)).rejects.toEqual(invalid(message, hint));
  });

  it('is not blown up by anchors', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ].join('\n');
    await expect(parse(bomb)).rejects.toEqual(invalid(/alias|unknown key/));
  });

  it('has a schema with every place', () => {
    const schema = configSchema(allSteps) as { properties: Record<string, { properties?: Record<string, unknown> }> };
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['registry', 'image', 'build', 'sign', 'scan-gate', 'rollout']),
    );
    expect(schema.properties['scan-gate']?.properties?.['severity-cutoff']).toMatchObject({ default: 'high' });
    expect(JSON.stringify(schema)).not.toContain('password":');
  });
});
