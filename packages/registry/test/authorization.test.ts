import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { digestOf, mediaTypes } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { parseChallenges } from '../src/challenge.ts';
import { type Answer, bearerChallenge, jwt, refusal, robot, type Seen, scriptedRegistry } from './scripted-registry.ts';

const digest = digestOf('manifest');
const manifest: Answer = {
  status: 200,
  headers: { 'content-type': mediaTypes.ociManifest, 'docker-content-digest': digest, 'content-length': '8' },
};
const basic = `Basic ${Buffer.from('robot$acme+ci:correct-horse').toString('base64')}`;

/** Harbor's manners: a challenge without header, tokens for anybody, an unhelpful Basic challenge for a bad token. */
function harborLike(token: (request: Seen) => Answer, isGood: (header: string) => boolean = () => true) {
  return (request: Seen): Answer => {
    if (request.line.startsWith('GET /service/token')) return token(request);
    const header = request.headers.authorization;
    if (header === undefined) return refusal(401, 'UNAUTHORIZED', 'unauthorized', bearerChallenge(request));
    if (!isGood(header))
      return refusal(401, 'UNAUTHORIZED', 'unauthorized', { 'Www-Authenticate': 'Basic realm="harbor"' });
    return manifest;
  };
}

describe('challenges', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['Basic realm="harbor"', [['basic', { realm: 'harbor' }]]],
    [
      'Bearer realm="https://h/token",service="a, b",scope="repository:x:pull,push"',
      [['bearer', { realm: 'https://h/token', service: 'a, b', scope: 'repository:x:pull,push' }]],
    ],
    [
      'Negotiate, Basic realm="say \\"hi\\"", bearer Realm=https://h/t , service=s',
      [
        ['negotiate', {}],
        ['basic', { realm: 'say "hi"' }],
        ['bearer', { realm: 'https://h/t', service: 's' }],
      ],
    ],
    ['Bearer realm="unfinished', [['bearer', { realm: 'unfinished' }]]],
    ['"rubbish" = , ,=', [['rubbish', {}]]],
  ])('reads %s', (header, expected) => {
    const challenges = parseChallenges(header).map(({ scheme, parameters }) => [scheme, { ...parameters }]);
    expect(challenges).toEqual(expected);
  });
});

describe('tokens', () => {
  it('are asked once for each repository and right, with the credentials', async () => {
    const token = { status: 200, body: { token: jwt({ sub: robot.username }), access_token: '', expires_in: 1800 } };
    await using scripted = await scriptedRegistry(harborLike(() => token));
    const registry = scripted.connect(robot);
    await Promise.all(['v1', 'v2', 'v3'].map((tag) => registry.resolve('acme/app', tag)));
    const asked = scripted.seen.filter(({ line }) => line.includes('/service/token'));
    expect(asked.map(({ line }) => line)).toEqual([
      'GET /service/token?service=harbor-registry&scope=repository%3Aacme%2Fapp%3Apull',
    ]);
    expect(asked[0]?.headers.authorization).toBe(basic);
    expect(scripted.seen.at(-1)?.headers.authorization).toMatch(/^Bearer /);
  });

  it('are renewed before they expire', async () => {
    let count = 0;
    const fresh = () => {
      count += 1;
      return { status: 200, body: { token: jwt({ sub: 'x', n: count }), expires_in: 1800 } };
    };
    await using scripted = await scriptedRegistry(harborLike(fresh));
    const registry = scripted.connect(robot);
    await registry.resolve('acme/app', 'v1');
    scripted.clock.time = new Date(scripted.clock.time.getTime() + 1700 * 1000);
    await registry.resolve('acme/app', 'v1');
    expect(count).toBe(1);
    scripted.clock.time = new Date(scripted.clock.time.getTime() + 50 * 1000);
    await registry.resolve('acme/app', 'v1');
    expect(count).toBe(2);
  });

  it('are renewed when Harbor forgets them, although it challenges with Basic then', async () => {
    let current = 1;
    const token = () => ({ status: 200, body: { token: `opaque-${current}`, expires_in: 1800 } });
    await using scripted = await scriptedRegistry(harborLike(token, (header) => header === `Bearer opaque-${current}`));
    const registry = scripted.connect(robot);
    await registry.resolve('acme/app', 'v1');
    current = 2;
    expect((await registry.resolve('acme/app', 'v1')).digest).toBe(digest);
  });

  it('are renewed once for all requests that are refused, whenever each of them hears of it', async () => {
    let asked = 0;
    let isForgotten = false;
    const late: ServerResponse[] = [];
    const token = (): Answer => {
      asked += 1;
      return { status: 200, body: { token: `opaque-${asked}`, expires_in: 1800 } };
    };
    const old = harborLike(token, (header) => header !== 'Bearer opaque-1' || !isForgotten);
    await using scripted = await scriptedRegistry((request, _, response) => {
      const answer = old(request);
      if (answer.status === 401 && request.line.endsWith('/late')) {
        late.push(response);
        return { status: 0 };
      }
      // The new token is in use by now.
      if (asked === 2 && answer === manifest) for (const one of late.splice(0)) one.writeHead(401).end();
      return answer;
    });
    const registry = scripted.connect(robot);
    await registry.resolve('acme/app', 'v1');
    isForgotten = true;
    const slow = registry.resolve('acme/app', 'late');
    while (late.length === 0) await new Promise(setImmediate);
    await Promise.all([slow, registry.resolve('acme/app', 'v2')]);
    expect(asked).toBe(2);
  });

  it('are not shown although the registry says which one it refuses', async () => {
    const value = jwt({ sub: 'x' });
    const give = (): Answer => ({ status: 200, body: { token: value } });
    await using scripted = await scriptedRegistry((request) => {
      const answer = harborLike(give)(request);
      return answer === manifest ? refusal(400, 'UNSUPPORTED', `the token ${value} is odd`) : answer;
    });
    const pulled = scripted.connect(robot).fetchManifest('acme/app', 'v1');
    const error = await pulled.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    expect(inspect(error)).toContain('the token *** is odd');
  });

  it('that were just made and are refused are not made again: the account may not do it', async () => {
    const token = { status: 200, body: { token: jwt({ sub: robot.username }), expires_in: 1800 } };
    await using scripted = await scriptedRegistry(
      harborLike(
        () => token,
        () => false,
      ),
    );
    await expect(scripted.connect(robot).hasBlob('acme/app', digest)).rejects.toMatchObject({
      code: 'AUTH_DENIED',
      hint: expect.stringContaining('robot$acme+ci'),
    });
    expect(scripted.lines().filter((line) => line.includes('/service/token'))).toHaveLength(1);
  });

  it('for nobody mean that the credentials were refused, and the password is not tried again', async () => {
    const token = { status: 200, body: { token: jwt({ access: [] }), expires_in: 1800 } };
    await using scripted = await scriptedRegistry(harborLike(() => token));
    const registry = scripted.connect({ username: 'robotacme+ci', password: 'correct-horse' });
    await expect(registry.resolve('acme/app', 'v1')).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      hint: expect.stringContaining('robot$project+name'),
    });
    await expect(registry.resolve('acme/other', 'v1')).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    expect(scripted.lines().filter((line) => line.includes('/service/token'))).toHaveLength(1);
  });

  it('are not asked for over plain http at another host', async () => {
    const challenge = { 'Www-Authenticate': 'Bearer realm="http://169.254.169.254/token",service="x"' };
    await using scripted = await scriptedRegistry(() => refusal(401, 'UNAUTHORIZED', '', challenge));
    await expect(scripted.connect(robot).ping()).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      message: expect.stringContaining('169.254.169.254'),
    });
  });

  it('that are none are named', async () => {
    await using scripted = await scriptedRegistry(harborLike(() => ({ status: 200, body: { token: '' } })));
    await expect(scripted.connect(robot).ping()).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
  });
});

describe('ping', () => {
  it('is content with an anonymous account that gets no token', async () => {
    await using scripted = await scriptedRegistry(harborLike(() => ({ status: 401 })));
    await scripted.connect().ping();
  });

  it('tells a token that is refused from a password that is', async () => {
    const token = { status: 200, body: { token: jwt({ sub: robot.username, access: [] }), expires_in: 1800 } };
    await using scripted = await scriptedRegistry(
      harborLike(
        () => token,
        () => false,
      ),
    );
    await expect(scripted.connect(robot).ping()).rejects.toMatchObject({
      code: 'TOKEN_REFUSED',
      hint: expect.stringContaining('Authorization'),
    });
  });

  it('says that the token service is not there', async () => {
    await using scripted = await scriptedRegistry(harborLike(() => ({ status: 404 })));
    await expect(scripted.connect(robot).ping()).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: expect.stringContaining('there is no token service where the registry says it is (404)'),
      hint: expect.stringContaining('/service/'),
    });
  });

  it('hints at a line break at the end of a password', async () => {
    await using scripted = await scriptedRegistry(harborLike(() => ({ status: 401 })));
    const registry = scripted.connect({ username: robot.username, password: 'correct-horse\n' });
    await expect(registry.ping()).rejects.toMatchObject({
      code: 'ROBOT_REFUSED',
      hint: expect.stringContaining('line break'),
    });
  });

  it('needs no credentials where none are asked for', async () => {
    await using scripted = await scriptedRegistry(() => ({ status: 200, body: {} }));
    expect(await scripted.connect(robot).ping()).toBe(false);
    expect(scripted.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it.each([403, 404])(
    'takes an answer with %i for that of something else, which has not looked at the password',
    async (status) => {
      await using scripted = await scriptedRegistry(() => ({ status, body: {} }));
      await expect(scripted.connect(robot).ping()).rejects.toMatchObject({
        code: 'ANSWER_UNEXPECTED',
        message: expect.stringContaining(`does not answer as a registry does: ${status} for /v2/`),
      });
    },
  );

  it('says that the registry is down', async () => {
    await using scripted = await scriptedRegistry(() => refusal(503, 'UNAVAILABLE', 'dial tcp 10.1.2.3'));
    await expect(scripted.connect(robot).ping()).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.not.stringContaining('10.1.2.3'),
    });
  });
});

describe('what an account may do', () => {
  const grants = (access: unknown): Answer => ({ status: 200, body: { token: jwt({ sub: robot.username, access }) } });

  it.each([
    ['is what the token allows', grants([{ name: 'acme/app', actions: ['pull', 'push'] }]), ['pull', 'push']],
    ['is nothing when the token names no such repository', grants([]), []],
    ['is not known when the token does not tell', { status: 200, body: { token: 'opaque' } }, undefined],
    ['is not known when no token is given out for so much', refusal(403, 'DENIED', 'denied'), undefined],
  ])('%s', async (_, answer, expected) => {
    await using scripted = await scriptedRegistry(harborLike(() => answer));
    expect(await scripted.connect(robot).allowedActions('acme/app')).toEqual(expected);
  });

  it('is not known where there are no tokens', async () => {
    await using scripted = await scriptedRegistry(() => ({ status: 200, body: {} }));
    expect(await scripted.connect(robot).allowedActions('acme/app')).toBeUndefined();
  });
});
