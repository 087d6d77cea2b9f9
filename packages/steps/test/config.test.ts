import type { Structure } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
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

  it('gives what has parts as it is, and tells where they are', async () => {
    const config = await parse('scan-gate:\n  exceptions:\n    - id: CVE-1\n      reason: x\n  max: { high: 5 }\n');
    const exceptions = config('scan-gate.exceptions') as Structure;
    expect(exceptions.value).toEqual([{ id: 'CVE-1', reason: 'x' }]);
    expect([exceptions.where([0, 'reason']), exceptions.where([0, 'missing']), exceptions.where([])]).toEqual([
      'harbor-pilot.yml:4',
      'harbor-pilot.yml:3',
      'harbor-pilot.yml:2',
    ]);
    expect(config('scan-gate.max.high')).toBe(5);
  });

  it('may have a list of exceptions of which none is left', async () => {
    expect((await parse('scan-gate:\n  exceptions:\n'))('scan-gate.exceptions')).toBeUndefined();
  });

  it('takes the words for true and false that flags and variables take', async () => {
    expect((await parse('scan-gate:\n  only-fixed: yes\n'))('scan-gate.only-fixed')).toBe('yes');
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
    ['scan-gate:\n  comment-token: x', /:2: unknown key/, /Secrets do not belong/],
    ['login:\n  registry-auth: x', /unknown key/, /Secrets do not belong/],
    ['severity-cutoff: high', /unknown key/, /Did you mean "scan-gate.severity-cutoff"\?/],
    ['namespace: x', /unknown key/, /"rollout.namespace"/],
    ['build:\n  tags: [a]', /unknown key/, /Did you mean "tags"\?/],
    ['build:\n  dockerfile: x', /unknown key/, /Did you mean "build.file"\?/],
    ['scan_gate:\n  ignoreUnfixed: true', /:1: unknown key "scan_gate"/, /Did you mean "scan-gate"\?/],
    ['scan-gate:\n  ignore_unfixed: true', /:2: unknown key/, /Did you mean "scan-gate.only-fixed"\?/],
    ['image: a/b\nimage: c/d', /:2: Map keys must be unique$/, /./],
    ['i\0m\0a\0g\0e\0', /is not UTF-8 text/, /Save it as UTF-8/],
    ['build: yes', /"build" is not a map/, /./],
    ['image: [a, b]', /"image" is not text/, /./],
    ['tags: [1.10]', /:1: "tags" is not a list of texts/, /./],
    ['image: 1.10', /"image" is not text/, /quotes/],
    ['scan-gate:\n  only-fixed: maybe', /:2: the input "scan-gate.only-fixed" is "maybe"/, /Write true or false/],
    ['scan-gate:\n  only-fixed: 2', /:2: "scan-gate.only-fixed" is not true or false/, /./],
    ['scan-gate:\n  severity-cutoff: hihg', /"hihg"/, /critical, high/],
    ['scan-gate:\n  max:\n    hgih: 1', /:3: unknown key "scan-gate.max.hgih"/, /"scan-gate.max.high"/],
    ['scan-gate:\n  fail-build: 0', /:2: "scan-gate.fail-build" is not true or false/, /Compare the file/],
    ['scan-gate:\n  formats: [html, serif]', /:2: .*"serif"/, /Did you mean "sarif"/],
    ['scan-gate:\n  min-cvss: 11', /:2: .*"11"/, /from 0 to 10/],
    ['image: a/b\nverify:\n  public-key:', /:3: "verify.public-key" has no value/, /remove the line/],
    ['verify:\n  public-key: ", "', /:2: "verify.public-key" has no value/, /./],
    ['verify:\n  public-key: []', /:2: "verify.public-key" has no value/, /./],
    ['scan-gate:\n  max:\n    high: 1.5', /:3: .*"1.5"/, /whole number from 0 to/],
    ['scan-gate:\n  min-cvss: high', /:2: "scan-gate.min-cvss" is not a number/, /./],
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

  it('has a schema that takes an attestation which somebody else must have made', () => {
    const validate = new Ajv2020({ strict: false }).compile(configSchema(allSteps));
    const attestation = { type: 'vuln', 'public-key': 'keys/scanner.pub', conditions: [{ path: 'a', exists: true }] };
    expect(validate({ verify: { attestations: [attestation] } })).toBe(true);
    expect(validate({ verify: { attestations: [{ ...attestation, 'private-key': 'x' }] } })).toBe(false);
  });
});
