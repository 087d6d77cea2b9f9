import { describe, expect, it } from '@jest/globals';
import { findTraces, makeCanary } from './canary.ts';

describe('a canary', () => {
  const secret = `Kq7canary$ %+/"'\nsecondLine`;
  const canary = makeCanary('it', secret);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  it.each([
    secret,
    'secondLine',
    encodeURIComponent(secret),
    JSON.stringify(JSON.stringify(secret)),
    `'${secret.replaceAll("'", `'\\''`)}'`,
    base64(secret),
    ...['u', 'us', 'use'].map((user) => base64(`${user}:${secret}`)),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
  ])('is found in %s', (text) => {
    expect(findTraces([canary], new Map([['log', `before ${text} after`]]))).not.toEqual([]);
  });

  it('is not found where it is hidden', () => {
    expect(findTraces([canary], new Map([['log', 'password=***']]))).toEqual([]);
  });
});
