import { redact } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import {
  camelName,
  defaultText,
  environmentName,
  type InputDeclarations,
  kebabName,
  parseInput,
  parseInputs,
  type RawValue,
} from '../src/index.ts';

const declarations = {
  image: { kind: 'text', description: 'The image. More.', required: true, aliases: ['subjectName'] },
  password: { kind: 'secret', description: 'A secret.' },
  onlyFixed: { kind: 'boolean', description: 'A switch.', default: false },
  cutoff: { kind: 'choice', choices: ['high', 'low'], description: 'A choice.', default: 'high' },
  platforms: { kind: 'list', description: 'A list.', default: ['linux/amd64'] },
  buildArgs: { kind: 'lines', description: 'Lines.', default: [] },
  timeout: { kind: 'duration', description: 'A time.', default: 60 },
  least: {
    kind: 'choice',
    choices: ['critical', 'high', 'low'],
    lastOf: { besides: ['unknown'] },
    description: 'One of several.',
  },
  score: { kind: 'number', least: 0, most: 10, description: 'A number.' },
} as const satisfies InputDeclarations;

const parse = (values: Record<string, RawValue>): ReturnType<typeof parseInputs<typeof declarations>> =>
  parseInputs(declarations, [(name) => values[name]]);

describe('names', () => {
  it('are derived from the camelCase one', () => {
    expect([kebabName('onlyFixed'), environmentName('onlyFixed')]).toEqual(['only-fixed', 'HARBOR_PILOT_ONLY_FIXED']);
    expect([camelName('only-fixed'), environmentName('only-fixed')]).toEqual(['onlyFixed', 'HARBOR_PILOT_ONLY_FIXED']);
  });
});

describe('parseInputs', () => {
  it('gives defaults for what is not given', () => {
    expect(parse({ image: 'a/b' })).toEqual({
      image: 'a/b',
      password: undefined,
      onlyFixed: false,
      cutoff: 'high',
      platforms: ['linux/amd64'],
      buildArgs: [],
      timeout: 60,
      least: undefined,
      score: undefined,
    });
  });

  it('reads every kind, from text and from the values of a file', () => {
    const values = parse({
      'subject-name': 'a/b',
      'only-fixed': 'YES',
      cutoff: 'LOW',
      platforms: 'linux/amd64, linux/arm64\n',
      'build-args': 'A=1,2\nB=3',
      timeout: '5m',
    });
    expect(values).toMatchObject({
      image: 'a/b',
      onlyFixed: true,
      cutoff: 'low',
      platforms: ['linux/amd64', 'linux/arm64'],
      buildArgs: ['A=1,2', 'B=3'],
      timeout: 300,
    });
    expect(parse({ image: 'a', 'only-fixed': true, platforms: ['x/y'], timeout: 7 })).toMatchObject({
      onlyFixed: true,
      platforms: ['x/y'],
      timeout: 7,
    });
  });

  it.each([
    [{}, /"image" is missing/],
    [{ image: '' }, /"image" is missing/],
    [{ image: 'a', 'only-fixed': 'maybe' }, /"only-fixed" is "maybe"/],
    [{ image: 'a', cutoff: 'hihg' }, /"cutoff" is "hihg"/],
    [{ image: 'a', timeout: '5 minutes' }, /"timeout" is "5 minutes"/],
    [{ image: 'a', timeout: '0' }, /"timeout" is "0"/],
    [{ image: 'a', least: 'critical,hgih' }, /"least" is "critical,hgih"/],
    [{ image: 'a', least: 'unknown' }, /"least" is "unknown"/],
    [{ image: 'a', score: '11' }, /"score" is "11"/],
    [{ image: 'a', score: 'x' }, /"score" is "x"/],
    [{ image: 'a', cutoff: 'high,low' }, /"cutoff" is "high,low"/],
  ])('refuses %p with the name and the value', (raw, message) => {
    expect(() => parse(raw)).toThrow(message);
    expect(() => parse(raw)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', hint: expect.any(String) }));
  });

  it.each([
    ['CRITICAL,HIGH', 'high'],
    ['low, critical', 'low'],
    ['UNKNOWN,CRITICAL', 'critical'],
  ])('takes of %p what comes last among the choices', (least, value) => {
    expect(parse({ image: 'a', least }).least).toBe(value);
  });

  it('reads numbers, and days', () => {
    expect(parse({ image: 'a', score: '7.5', timeout: '7d' })).toMatchObject({ score: 7.5, timeout: 604_800 });
    expect(parse({ image: 'a', score: 0 }).score).toBe(0);
  });

  it('guesses which choice was meant', () => {
    expect(() => parse({ image: 'a', least: 'critcal' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('Did you mean "critical"?') }),
    );
  });

  it('leaves out the line break at the end of a text, and takes blanks for nothing', () => {
    expect(parse({ image: ' a/b\n', cutoff: ' ', password: '\n' })).toMatchObject({ image: 'a/b', cutoff: 'high' });
    expect(() => parse({ image: ' \n' })).toThrow('the input "image" is missing');
    expect(parse({ image: 'a/b', password: ' p \n' }).password).toBe(' p \n');
  });

  it('takes the strongest source that has an input under any of its names', () => {
    const sources = [{ 'subject-name': 'flag' }, { image: 'variable' }].map(
      (values: Record<string, string>) => (name: string) => values[name],
    );
    expect(parseInputs(declarations, sources).image).toBe('flag');
  });

  it('takes a list of empty variables for nothing', () => {
    const sources = [' , ,', 'a,b'].map((tags) => (name: string) => (name === 'tags' ? tags : undefined));
    expect(parseInputs({ tags: { kind: 'list', description: '' } }, sources)).toEqual({ tags: ['a', 'b'] });
  });

  it('refuses two names of the same input in one source', () => {
    expect(() => parse({ image: 'a', 'subject-name': 'b' })).toThrow(/"image" and "subject-name" are both given/);
  });

  it('says of a missing input what it is, as plain text, and each way to give it', () => {
    const missing = (kind: 'text' | 'secret', place: { config?: string }): (() => unknown) => {
      const description = 'The image: `project/repository`, with `:tag` where one is meant.';
      return () => parseInputs({ baseImage: { kind, description, required: true, ...place } }, []);
    };
    const what = 'The image: project/repository, with :tag where one is meant.';
    expect(missing('text', { config: 'build.base' })).toThrow(
      expect.objectContaining({
        hint: `${what} Give it as the input base-image (in a terminal --base-image), as the variable HARBOR_PILOT_BASE_IMAGE, or as build.base in harbor-pilot.yml.`,
      }),
    );
    expect(missing('secret', {})).toThrow(
      expect.objectContaining({
        hint: `${what} Give it as the secret input base-image, or as the variable HARBOR_PILOT_BASE_IMAGE.`,
      }),
    );
  });

  it.each([
    ['90', 90],
    ['5m', 300],
    ['1h30m', 5400],
    ['5m0s', 300],
    [' 7d ', 604_800],
  ])('reads the length of time %s', (text, seconds) => {
    expect(parseInput('timeout', { kind: 'duration', description: 'x' }, text)).toBe(seconds);
  });

  it.each(['0', '0s', '5mm', 'm', '5 m', '1.5h', '5m 0s', '-5m', ''])('takes %j for no length of time', (text) => {
    expect(() => parseInput('timeout', { kind: 'duration', description: 'x' }, text)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
  });

  it('calls an input as whoever gives it does', () => {
    const declaration = { kind: 'number', least: 0, most: 1, description: 'x', aliases: ['theirName'] } as const;
    const given = (): unknown =>
      parseInputs({ ours: declaration }, [(name) => (name === 'their-name' ? '7' : undefined)]);
    expect(given).toThrow('the input "their-name" is "7"');
  });

  it('hides secrets from then on', () => {
    parse({ image: 'a', password: 'hunter2-but-longer' });
    expect(redact('got hunter2-but-longer')).toBe('got ***');
  });
});

describe('defaultText', () => {
  it.each([
    [declarations.timeout, '60s'],
    [declarations.platforms, 'linux/amd64'],
    [declarations.onlyFixed, 'false'],
    [declarations.buildArgs, undefined],
    [declarations.password, undefined],
  ])('of %p is as a user would write it', (declaration, text) => {
    expect(defaultText(declaration)).toBe(text);
  });
});
