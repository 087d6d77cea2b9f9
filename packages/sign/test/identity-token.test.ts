import { type Clock, type PilotError, redact } from '@harbor-pilot/core';
import { createHttp } from '@harbor-pilot/http';
import { startFaultProxy } from '@harbor-pilot/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readGitHubIdentity } from '../src/identity/github-identity.ts';
import { createIdentitySource } from '../src/identity/identity-source.ts';
import { parseIdentityToken } from '../src/identity/identity-token.ts';
import { formatToken } from './identity-tokens.ts';

const now = new Date('2026-06-01T12:00:00Z');
const seconds = now.getTime() / 1000;
const rules = { origin: 'the test', audience: 'sigstore', hint: 'Get another.', now };
const claims = { iss: 'https://ci.example.com', sub: 'job:1', aud: 'sigstore', exp: seconds + 300 };

const failureOf = (change: object): PilotError => {
  try {
    parseIdentityToken(formatToken({ ...claims, ...change }), rules);
  } catch (error) {
    return error as PilotError;
  }
  throw new Error('it was taken');
};

describe('an identity token', () => {
  it('says who vouches for whom', () => {
    const token = parseIdentityToken(` ${formatToken(claims)}\n`, rules);
    expect(token).toMatchObject({ issuer: 'https://ci.example.com', subject: 'job:1' });
    expect(token.expiresAt).toEqual(new Date(now.getTime() + 300_000));
  });

  it('is for its mail address only when that is verified', () => {
    const subjectOf = (change: object) => parseIdentityToken(formatToken({ ...claims, ...change }), rules).subject;
    expect(subjectOf({ email: 'a@example.com', email_verified: true })).toBe('a@example.com');
    expect(subjectOf({ email: 'a@example.com', email_verified: false })).toBe('job:1');
  });

  it('may be for several audiences', () => {
    expect(() => parseIdentityToken(formatToken({ ...claims, aud: ['vault', 'sigstore'] }), rules)).not.toThrow();
  });

  it.each([
    [{ aud: 'vault' }, 'is for "vault", not for "sigstore"'],
    [{ aud: undefined }, 'is for nobody, not for "sigstore"'],
    [{ aud: ['\u001b[31mred'] }, 'is for "[31mred", not for "sigstore"'],
    [{ exp: seconds - 61 }, 'expired at 2026-06-01 11:58:59Z'],
    [{ exp: 1e300 }, 'expired'],
    [{ nbf: seconds + 61 }, 'is valid only from 2026-06-01 12:01:01Z'],
    [{ iss: 7 }, 'lacks one of the claims "iss", "sub" and "exp"'],
    [{ sub: undefined }, 'lacks one of the claims "iss", "sub" and "exp"'],
    [{ exp: 'soon' }, 'lacks one of the claims "iss", "sub" and "exp"'],
  ])('is refused with %j', (change, why) => {
    const { code, message, hint } = failureOf(change);
    expect([code, message]).toEqual(['IDENTITY_TOKEN_INVALID', `the identity token of the test ${why}`]);
    expect(hint).toMatch(/Get another\.|The clock here says 2026-06-01 12:00:00Z/);
  });

  it('may be as wrong in time as two clocks are', () => {
    expect(() => parseIdentityToken(formatToken({ ...claims, exp: seconds - 59 }), rules)).not.toThrow();
    expect(() => parseIdentityToken(formatToken({ ...claims, nbf: seconds + 59 }), rules)).not.toThrow();
  });

  it.each([
    ['', 'is empty'],
    ['secret', 'is no JSON Web Token'],
    ['a.b.c', 'is no JSON Web Token'],
    [formatToken(claims, { alg: 'none' }), 'is no JSON Web Token'],
    [`${'a'.repeat(33_000)}.b.c`, 'is larger than 32 KiB'],
  ])('is refused when it is none', (text, why) => {
    expect(() => parseIdentityToken(text, rules)).toThrow(why);
  });
});

describe('a source of identity tokens', () => {
  it('keeps a token until it nears its end, and hides it in all output', async () => {
    let time = now.getTime();
    const clock: Clock = { now: () => new Date(time), sleep: async () => undefined };
    let reads = 0;
    const masked: string[] = [];
    const source = createIdentitySource({
      ...rules,
      clock,
      mask: (secret) => masked.push(secret),
      read: async () => {
        reads += 1;
        return formatToken({ ...claims, exp: time / 1000 + 300, jti: reads });
      },
    });
    const first = await source.token(undefined);
    time += 200_000;
    expect(await source.token(undefined)).toBe(first);
    time += 80_000;
    const second = await source.token(undefined);
    expect(second.claims.jti).toBe(2);
    expect(masked).toContain(first.raw);
    for (const { raw } of [first, second]) {
      const forms = [raw, Buffer.from(`x:${raw}`).toString('base64'), raw.split('.')[2]];
      expect(redact(forms.join(' '))).not.toMatch(/[\w-]{30}/);
    }
  });
});

describe('what is no token', () => {
  it('is not hidden, for it may be the words of any file', async () => {
    const masked: string[] = [];
    const clock: Clock = { now: () => now, sleep: async () => undefined };
    const read = async () => 'ordinary words\nof another file\n';
    const source = createIdentitySource({ ...rules, clock, mask: (secret) => masked.push(secret), read });
    await expect(source.token(undefined)).rejects.toMatchObject({ code: 'IDENTITY_TOKEN_INVALID' });
    expect([masked, redact('ordinary words')]).toEqual([[], 'ordinary words']);
  });
});

describe('a token of GitHub', () => {
  const closers: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  const ask = async (answer: { status: number; headers?: Record<string, string>; body?: string }) => {
    const proxy = await startFaultProxy({ target: '127.0.0.1:1' });
    proxy.inject({ fault: { kind: 'answer', ...answer }, times: 9 });
    const http = createHttp({ policy: { firstDelaySeconds: 0 } });
    closers.push(
      () => proxy.close(),
      () => http.close(),
    );
    const environment = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://${proxy.host}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-secret',
    };
    const token = readGitHubIdentity({ http, environment, audience: 'sig store' }, undefined);
    return { proxy, token };
  };

  it('is asked for with the audience and the token of the request', async () => {
    const { proxy, token } = await ask({ status: 200, body: '{"value":"a.b.c"}' });
    await expect(token).resolves.toBe('a.b.c');
    expect(proxy.requests).toMatchObject([
      {
        method: 'GET',
        path: '/token?api-version=2.0&audience=sig+store',
        headers: { authorization: 'bearer request-secret' },
      },
    ]);
  });

  it.each([
    ['is refused', { status: 403, body: '{"message":"not allowed"}' }, 'IDENTITY_TOKEN_INVALID'],
    ['is not there', { status: 503 }, 'SIGSTORE_UNAVAILABLE'],
    ['is none', { status: 200, body: '{}' }, 'ANSWER_UNEXPECTED'],
    ['is somewhere else', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'ANSWER_UNEXPECTED'],
  ])('that %s has a code', async (_, answer, code) => {
    const { token } = await ask(answer);
    await expect(token).rejects.toMatchObject({ code, message: expect.not.stringContaining('request-secret') });
  });

  it('needs the permission of the job, and an address that nobody can listen to', async () => {
    const read = (environment: Record<string, string>) =>
      readGitHubIdentity({ http: createHttp(), environment, audience: 'sigstore' }, undefined);
    await expect(read({})).rejects.toMatchObject({
      code: 'IDENTITY_TOKEN_INVALID',
      hint: expect.stringContaining('permissions: id-token: write'),
    });
    const plain = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://example.com/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
    await expect(read(plain)).rejects.toMatchObject({ code: 'IDENTITY_TOKEN_INVALID' });
  });
});
