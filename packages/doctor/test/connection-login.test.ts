import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { createHttp, type Http } from '@harbor-pilot/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serve } from '../../http/test/servers.ts';
import { examineConnection, idsOf } from './connection-context.ts';

const bearer = (realm: string) => ({ 'www-authenticate': `Bearer realm="${realm}",service="harbor-registry"` });

async function examineAnswer(listener: RequestListener) {
  await using server = await serve(listener);
  return await examineConnection({ host: server.host, trust: { plainHttp: true } });
}

describe('what answers at /v2/', () => {
  it.each<[string, RequestListener, string, string]>([
    ['a web server', (_, answer) => answer.writeHead(404).end(), 'ANSWER_UNEXPECTED', '/v2/ gives 404'],
    ['a page', (_, answer) => answer.end('<html>'), 'ANSWER_UNEXPECTED', '/v2/ gives 200'],
    [
      'a login page',
      (_, answer) => answer.writeHead(302, { location: 'https://sso.test/login?x=1' }).end(),
      'ANSWER_UNEXPECTED',
      '/v2/ gives 302 to https://sso.test',
    ],
    [
      'a Harbor that wants TLS, spoken to without',
      ({ headers }, answer) => answer.writeHead(301, { location: `https://${headers.host}/v2/` }).end(),
      'ANSWER_UNEXPECTED',
      '/v2/ gives 301 to https://127.0.0.1',
    ],
    ['a proxy', (_, answer) => answer.writeHead(401).end(), 'ANSWER_UNEXPECTED', 'without saying how to sign in'],
    ['a server in trouble', (_, answer) => answer.writeHead(503).end(), 'REGISTRY_UNAVAILABLE', 'it answered 503'],
    [
      'a registry that wants the password in the clear elsewhere',
      (_, answer) => answer.writeHead(401, bearer('http://other.test/token')).end(),
      'AUTH_FAILED',
      '"http://other.test/token"',
    ],
  ])('is %s', async (_, listener, code, seen) => {
    const results = await examineAnswer(listener);
    expect(results['registry-api']).toMatchObject({ status: 'failed', code, seen: expect.stringContaining(seen) });
    expect(results['registry-api']?.advice).toBeDefined();
    expect(idsOf(results, 'failed')).toEqual(['registry-api']);
  });

  it('is a registry that wants no credentials, and so checks none', async () => {
    await using server = await serve((_, answer) =>
      answer.setHeader('docker-distribution-api-version', 'registry/2.0').end('{}'),
    );
    const credentials = { username: 'anne', password: 'canary-word' };
    const { login } = await examineConnection({ host: server.host, trust: { plainHttp: true }, credentials });
    expect(login).toMatchObject({ status: 'warning', seen: expect.stringContaining('wants none') });
  });

  it('says that TLS is wanted when all leads there', async () => {
    const results = await examineAnswer(({ headers }, answer) =>
      answer.writeHead(308, { location: `https://${headers.host}/v2/` }).end(),
    );
    expect(results['registry-api']?.advice).toBe('It wants TLS: take the input "plain-http" out.');
  });

  it('is a Harbor with another external URL', async () => {
    const results = await examineAnswer((_, answer) =>
      answer.writeHead(401, bearer('https://harbor.test/service/token')).end(),
    );
    expect(results['registry-api']).toMatchObject({
      status: 'warning',
      seen: expect.stringContaining('https://harbor.test/service/token, another address than http://127.0.0.1'),
      advice: expect.stringContaining('external_url'),
    });
    expect(results.login).toMatchObject({ status: 'skipped', advice: expect.stringContaining('"username"') });
    expect(results['token-scope']?.status).toBe('skipped');
  });
});

describe('an account', () => {
  let folder: string;
  let dev: DevHarbor;
  let http: Http;
  let harbor: Harbor;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    dev = await startDevHarbor({ dataDirectory: folder });
    const { host, username, password, caCertificate } = dev;
    http = createHttp({ trust: { [host]: { caCertificate } } });
    harbor = createHarbor({ http, host, credentials: { username, password } });
    await harbor.ensureProject('shop');
  }, 30_000);
  afterAll(async () => {
    http?.close();
    await dev?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const examineAs = (username: string, password: string, mayPush = true, project = 'shop') =>
    examineConnection({
      host: dev.host,
      trust: { caCertificate: dev.caCertificate },
      credentials: { username, password },
      project,
      mayPush,
    });
  const robot = (name: string, actions: readonly string[]) =>
    harbor.createRobot({
      name,
      project: 'shop',
      durationDays: 1,
      access: actions.map((action) => ({ resource: 'repository', action })),
    });

  it('may push', async () => {
    const { name, secret } = await robot('pusher', ['pull', 'push']);
    const results = await examineAs(name, secret);
    expect(idsOf(results, 'ok')).toHaveLength(9);
    expect(results.login?.seen).toBe(`${dev.host} accepts ${name}`);
    expect(results['token-scope']?.seen).toBe('it allows pull, push in the project shop');
    expect(JSON.stringify(results)).not.toContain(secret);
  });

  it('may only pull', async () => {
    const { name, secret } = await robot('puller', ['pull']);
    const results = await examineAs(name, secret);
    expect(results['token-scope']).toMatchObject({
      code: 'AUTH_DENIED',
      seen: `${name} may only pull in the project shop, not push`,
      advice: expect.stringContaining('role Developer'),
    });
    expect(idsOf(await examineAs(name, secret, false), 'failed')).toEqual([]);
  });

  it('may do nothing in a project that is not there, which others tell', async () => {
    const { name, secret } = await robot('stranger', ['pull']);
    const results = await examineAs(name, secret, true, 'nowhere');
    expect(results['token-scope']).toMatchObject({
      status: 'warning',
      seen: expect.stringContaining('no such project'),
    });
  });

  it('is refused', async () => {
    const results = await examineAs('admin', 'wrong-canary');
    expect(results.login).toMatchObject({
      code: 'AUTH_FAILED',
      seen: expect.stringContaining('the credentials of admin were refused'),
    });
    expect(idsOf(results, 'failed')).toEqual(['login']);
    expect(JSON.stringify(results)).not.toContain('wrong-canary');
    const { login } = await examineAs('robot$shop+gone', 'wrong');
    expect(login).toMatchObject({ code: 'ROBOT_REFUSED', advice: expect.stringContaining('disabled') });
    const mangled = await examineAs('robot+ci', 'wrong');
    expect(mangled.login?.advice).toContain('is not the full name of a robot account');
  });
});
