import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PilotError } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import { chooseServices } from '../src/services/choose-services.ts';
import { publicSigningConfig } from '../src/services/public-signing-config.ts';
import { parseSigningConfig, type SigningService } from '../src/services/signing-config.ts';

const service = {
  url: 'https://one.example.com',
  majorApiVersion: 1,
  operator: 'one',
  validFor: { start: '2026-01-01T00:00:00Z' },
};
const usual = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  caUrls: [service],
  rekorTlogUrls: [service],
  rekorTlogConfig: { selector: 'EXACT', count: 1 },
  tsaUrls: [{ ...service, url: 'http://tsa.example.com/stamp/' }],
  tsaConfig: { selector: 'ANY' },
};
const parse = (change: object) => parseSigningConfig(JSON.stringify({ ...usual, ...change }), 'config.json');

describe('a signing configuration', () => {
  it('names the services, and how many of them are to be used', () => {
    const config = parse({});
    expect(config).toMatchObject({ origin: 'config.json', logSelector: { exactly: 1 }, timestampSelector: 'ANY' });
    expect(config.timestampAuthorities).toEqual([
      { url: 'http://tsa.example.com/stamp', apiVersion: 1, operator: 'one', validFrom: new Date('2026-01-01') },
    ]);
  });

  it('may do without logs and timestamp authorities', () => {
    const config = parse({ rekorTlogUrls: undefined, rekorTlogConfig: undefined, tsaUrls: [], tsaConfig: undefined });
    expect([config.logs, config.timestampAuthorities]).toEqual([[], []]);
  });

  it.each([
    [{ mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json' }, 'its mediaType is "'],
    [{ caUrls: {} }, 'caUrls is no list'],
    [{ caUrls: [{ ...service, url: 'fulcio.example.com' }] }, 'the url of caUrls[0] is no http or https address'],
    [{ caUrls: [{ ...service, url: 'http://fulcio.example.com' }] }, 'all on the way could read the identity token'],
    [
      { tsaUrls: [service, { ...service, url: 'https://a:b@c/' }] },
      'the url of tsaUrls[1] has more than host and path',
    ],
    [{ caUrls: [{ ...service, majorApiVersion: '1' }] }, 'caUrls[0] has no number as majorApiVersion'],
    [{ caUrls: [{ ...service, validFor: {} }] }, 'validFor of caUrls[0] has no date as start'],
    [
      { caUrls: [{ ...service, validFor: { ...service.validFor, end: 'soon' } }] },
      'the end in validFor of caUrls[0] is no date',
    ],
    [{ tsaConfig: {} }, 'the selector of tsaConfig is none of ANY, ALL and EXACT'],
    [{ rekorTlogConfig: { selector: 'EXACT' } }, 'rekorTlogConfig says EXACT without a count'],
    [{ rekorTlogUrls: new Array(101).fill(service) }, 'rekorTlogUrls has more than 100 services'],
  ])('is refused with %j', (change, why) => {
    expect(() => parse(change)).toThrow(
      expect.objectContaining({ code: 'TRUST_ROOT_INVALID', message: expect.stringContaining(why) }),
    );
  });

  it('is refused when it is no JSON', () => {
    expect(() => parseSigningConfig('<html>', 'config.json')).toThrow(
      'config.json cannot be used: it is no JSON object',
    );
  });

  const shared = resolve(import.meta.dirname, '../../../../shared');
  const file = join(shared, 'data/sigstore-root/signing_config.v0.2.json');
  (existsSync(file) ? it : it.skip)('of the public Sigstore is the one that it publishes', () => {
    expect(publicSigningConfig).toEqual(parseSigningConfig(readFileSync(file, 'utf8'), 'public Sigstore'));
  });
});

describe('the choice of services', () => {
  const now = new Date('2026-06-01');
  const at = (operator: string, apiVersion: number, validFrom: string, validUntil?: string): SigningService => ({
    url: `https://${operator}-${apiVersion}.example.com/${validFrom}`,
    operator,
    apiVersion,
    validFrom: new Date(validFrom),
    ...(validUntil === undefined ? {} : { validUntil: new Date(validUntil) }),
  });
  const all = [
    at('a', 1, '2025-01-01'),
    at('a', 2, '2026-01-01'),
    at('a', 2, '2026-03-01'),
    at('b', 2, '2026-04-01'),
    at('c', 2, '2026-02-01', '2026-05-01'),
    at('d', 2, '2026-07-01'),
    at('e', 3, '2026-01-01'),
  ];
  const choose = (selector: 'ANY' | 'ALL' | { exactly: number }, apiVersions = [1, 2], services = all) => {
    const choice = chooseServices(services, { kind: 'logs', origin: 'config.json', apiVersions, selector, now });
    return [
      choice.count,
      ...choice.services.map(({ operator, validFrom }) => `${operator} ${validFrom.toISOString().slice(0, 7)}`),
    ];
  };

  it('takes the newest of each operator, of the highest version known, that is valid now', () => {
    expect(choose('ALL')).toEqual([2, 'b 2026-04', 'a 2026-03']);
    expect(choose('ANY')).toEqual([1, 'b 2026-04', 'a 2026-03']);
    expect(choose({ exactly: 2 })).toEqual([2, 'b 2026-04', 'a 2026-03']);
    expect(choose('ANY', [1])).toEqual([1, 'a 2025-01']);
  });

  it('fails when there are too few', () => {
    const failure = (run: () => unknown): Pick<PilotError, 'code' | 'message' | 'hint'> => {
      try {
        run();
      } catch (error) {
        return error as PilotError;
      }
      throw new Error('it was taken');
    };
    expect(failure(() => choose({ exactly: 3 }))).toMatchObject({
      code: 'TRUST_ROOT_INVALID',
      message:
        'the signing configuration config.json has 2 of the logs that can be used now, and wants 3 of different operators',
    });
    expect(failure(() => choose('ANY', [4]))).toMatchObject({
      code: 'TRUST_ROOT_INVALID',
      message: 'the signing configuration config.json has none of the logs that can be used now',
      hint: expect.stringContaining('https://a-1.example.com/2025-01-01 (version 1, valid from 2025-01-01 00:00:00Z)'),
    });
    expect(failure(() => choose('ALL', [1], []))).toMatchObject({ hint: expect.stringMatching(/^It names none\./) });
  });
});
