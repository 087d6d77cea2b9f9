import { systemClock } from '@harbor-pilot/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest, referrer } from './harbor-client.ts';

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

describe.each([
  {
    harborVersion: '2.12',
    bundle: 'subject.accessory',
    trusted: 412,
    extended: 404,
    plain: 1,
    known: true,
    ill: [200, 404],
  },
  {
    harborVersion: '2.14',
    bundle: 'subject.accessory',
    trusted: 412,
    extended: 200,
    plain: 0,
    known: false,
    ill: [412, 200],
  },
  {
    harborVersion: '2.15',
    bundle: 'signature.cosign',
    trusted: 200,
    extended: 200,
    plain: 0,
    known: false,
    ill: [412, 200],
  },
] as const)('as Harbor $harborVersion', ({ harborVersion, bundle, trusted, extended, plain, known, ill }) => {
  let world: HarborUnderTest;

  let offsetMilliseconds = 0;
  const clock = { ...systemClock, now: () => new Date(Date.now() + offsetMilliseconds) };

  beforeAll(async () => {
    world = await HarborUnderTest.start({ harborVersion, clock });
  });
  afterAll(() => world.end());

  it('tells its version, and to whom', async () => {
    const { json } = await world.send('GET', '/systeminfo');
    expect(json.harbor_version).toContain(`v${harborVersion}.`);
    const { json: open } = await world.send('GET', '/systeminfo', undefined, { as: null });
    expect('harbor_version' in open).toBe(known);
  });

  it('knows whether a bundle is a signature', async () => {
    await world.project('trusting', { enable_content_trust_cosign: 'true' });
    const subject = await world.pushImage('trusting/app', 'v1');
    const { manifest, blobs } = referrer(subject, bundleType);
    await world.push('trusting/app', undefined, manifest, blobs);
    const { json } = await world.send('GET', '/projects/trusting/repositories/app/artifacts/v1/accessories');
    expect(json).toMatchObject([{ type: bundle }]);
    expect((await world.pull('trusting/app', 'v1')).status).toBe(trusted);
  });

  it('finds robots of the system, or all, and users with or without the administrator', async () => {
    await world.project('asked');
    await world.robot('asked', 'log:list');
    await world.send('POST', '/users', {
      username: 'adminson',
      password: 'Harbor12345',
      email: 'a@x.test',
      realname: 'A',
    });
    const [robots, users] = [
      await world.send('GET', '/robots?q=Level%3Dsystem'),
      await world.send('GET', '/users/search?username=admin'),
    ];
    const { json, headers } = await world.send('GET', '/users/search?username=ADMIN');
    expect([json.length, headers['x-total-count']]).toEqual([harborVersion === '2.12' ? 1 : 0, '1']);
    expect([robots.json.length, users.json.length]).toEqual(harborVersion === '2.12' ? [1, 1] : [0, 2]);
  });

  it('keeps its audit log where this version does', async () => {
    await world.project('logged');
    const { json } = await world.send('GET', '/projects/logged/logs');
    expect(json).toHaveLength(plain);
    expect((await world.send('GET', '/projects/logged/auditlog-exts')).status).toBe(extended);
  });

  it('names a realm in the challenge', async () => {
    const host = `localhost:${new URL(world.harbor.url).port}`;
    const answer = await world.send('GET', '/v2/', undefined, { as: null, headers: { Host: host } });
    const origin = harborVersion === '2.12' ? world.harbor.url : `https://${host}`;
    expect(answer.headers['www-authenticate']).toContain(`realm="${origin}/service/token"`);
  });

  it('lets a token outlive its project, or does not', async () => {
    await world.project('again');
    const bearer = await world.token('repository:again/app:pull');
    await world.send('DELETE', '/projects/again');
    offsetMilliseconds += 75_000;
    await world.project('again');
    await world.pushImage('again/app', 'v1');
    const expected = harborVersion === '2.12' ? 200 : 401;
    expect((await world.pull('again/app', 'v1', { bearer })).status).toBe(expected);
  });

  it('treats a bad report of a scanner that does not answer', async () => {
    await world.project('strict', { prevent_vul: 'true', severity: 'low' });
    await world.pushImage('strict/app', 'v1');
    const artifact = '/projects/strict/repositories/app/artifacts/v1';
    const vulnerabilities = [{ id: 'CVE-2099-1', package: 'zlib', version: '1', severity: 'High' }] as const;
    world.harbor.control.scriptScan({ repository: 'strict/app', vulnerabilities });
    await world.send('POST', `${artifact}/scan`);
    const report = () => world.send('GET', `${artifact}/additions/vulnerabilities`);
    let found: { status?: unknown }[] = [];
    while (found.length === 0) {
      const [content] = Object.values<{ vulnerabilities: [] }>((await report()).json);
      found = content?.vulnerabilities ?? [];
    }
    expect('status' in (found[0] ?? {})).toBe(harborVersion !== '2.12');
    world.harbor.control.setScanner('unhealthy');
    expect([(await world.pull('strict/app', 'v1')).status, (await report()).status]).toEqual(ill);
  });
});

describe('endpoints of the administration', () => {
  let world: HarborUnderTest;

  beforeAll(async () => {
    world = await HarborUnderTest.start();
  });
  afterAll(() => world.end());

  it('say that they are not there, after asking who asks', async () => {
    const { status, json } = await world.send('POST', '/registries', {});
    const message = 'POST /api/v2.0/registries is not implemented by the embedded Harbor';
    expect([status, json]).toEqual([501, { errors: [{ code: 'NOT_IMPLEMENTED', message }] }]);
    expect((await world.send('GET', '/system/gc/schedule', undefined, { as: null })).status).toBe(401);
    expect((await world.send('DELETE', '/replication/policies')).status).toBe(405);
    expect((await world.send('GET', '/nonsense')).status).toBe(404);
  });
});
