import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest } from './harbor-client.ts';
import { type ScanAdapter, startScanAdapter } from './scan-adapter.ts';

let world: HarborUnderTest;
let adapter: ScanAdapter;
let uuid: string;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  adapter = await startScanAdapter(['vulnerability']);
  await world.project('acme');
  uuid = await register({ name: 'first', url: `${adapter.url}/` });
});
afterAll(async () => {
  await world.end();
  adapter.close();
});

const refusalOf = ({ status, json }: Answer) => [status, json?.errors?.[0]?.message];
const register = async (body: object) =>
  String((await world.send('POST', '/scanners', body)).headers.location)
    .split('/')
    .at(-1) ?? '';
const invalid = (text: string) => `validation failure list:\nvalidation failure list:\n${text}`;

describe('registrations of scanners', () => {
  it.each([
    [{}, 422, invalid('name in body is required\nurl in body is required')],
    [{ name: 'x', url: '' }, 422, invalid('url in body must be of type uri: ""')],
    [{ name: '', url: 'http://a' }, 400, 'missing registration name'],
    [{ name: 'x', url: 'ftp://a' }, 400, 'scanner registration validate: invalid HTTP scheme: ftp'],
    [{ name: 'x', url: 'http://a', auth: 'Digest' }, 400, 'auth type Digest is not supported'],
    [{ name: 'x', url: 'http://a', auth: 'Basic' }, 400, 'access_credential is required for auth type Basic'],
    [{ name: 'Trivy', url: 'http://a' }, 400, 'name "Trivy" is reserved, please try a different name'],
  ])('refuse %j', async (body, status, message) => {
    expect(refusalOf(await world.send('POST', '/scanners', body))).toEqual([status, message]);
  });

  it('are for scanners that take what Harbor wants them to take', async () => {
    const odd = await startScanAdapter(['vulnerability'], ['text/plain']);
    expect((await world.send('POST', '/scanners/ping', { name: 'odd', url: odd.url })).status).toBe(500);
    odd.close();
  });

  it('of old scanners are for vulnerabilities', async () => {
    const old = await startScanAdapter(['']);
    const id = await register({ name: 'old', url: old.url });
    expect((await world.send('GET', `/scanners/${id}`)).json.capabilities).toEqual({
      support_vulnerability: true,
      support_sbom: false,
    });
    expect((await world.send('GET', `/scanners/${id}/metadata`)).json.capabilities[0].type).toBe('');
    await world.send('DELETE', `/scanners/${id}`);
    old.close();
  });

  it('keep credentials to themselves, and when none are given', async () => {
    const change = { name: 'first', url: adapter.url, auth: 'Basic', access_credential: 'a:b' };
    expect((await world.send('PUT', `/scanners/${uuid}`, change)).status).toBe(200);
    expect((await world.send('PUT', `/scanners/${uuid}`, { ...change, access_credential: '' })).status).toBe(200);
    expect((await world.send('GET', `/scanners/${uuid}`)).json).toMatchObject({
      auth: 'Basic',
      access_credential: '',
      url: adapter.url,
      capabilities: { support_vulnerability: true },
    });
  });

  it('are changed unseen, and listed with the default one first', async () => {
    const second = await register({ name: 'second', url: `${adapter.url}/?` });
    expect(second).toMatch(/-/);
    const away = { name: 'second', url: 'http://127.0.0.1:1', disabled: true };
    expect((await world.send('PUT', `/scanners/${second}`, away)).status).toBe(200);
    expect((await world.send('PUT', `/scanners/${second}`, { ...away, name: 'first' })).status).toBe(500);
    const list = async (query: string) =>
      (await world.send('GET', `/scanners${query}`)).json.map(({ name }: { name: string }) => name);
    expect(await list('')).toEqual(['Harbor Pilot', 'second', 'first']);
    expect(await list('?sort=name')).toEqual(['Harbor Pilot', 'second', 'first']);
    const capabilities = async (query: string) =>
      (await world.send('GET', `/scanners${query}`)).json.map((one: { capabilities: unknown }) => one.capabilities);
    expect(await capabilities('')).toEqual([expect.any(Object), null, null]);
    expect(await capabilities('?name=first')).toEqual([{ support_vulnerability: true }]);
    expect(await list('?name=SEC')).toEqual(['second']);
    expect(await list('?ex_name=sec')).toEqual([]);
    const setDefault = (id: string, is_default: boolean) => world.send('PATCH', `/scanners/${id}`, { is_default });
    expect(refusalOf(await setDefault(second, true))).toEqual([404, `registration ${second} not found`]);
    expect((await setDefault('nobody', false)).status).toBe(200);
    expect(refusalOf(await world.send('GET', '/scanners/nobody/metadata'))).toEqual([
      404,
      'registration nobody not found',
    ]);
    const bare = { name: 'second', url: adapter.url.replace('http://127.0.0.1', 'localhost') };
    expect((await world.send('PUT', `/scanners/${second}`, bare)).status).toBe(200);
    expect((await world.send('GET', `/scanners/${second}`)).json.url).toBe(`http://${bare.url}`);
    expect((await world.send('DELETE', `/scanners/${second}`)).json).toMatchObject({
      name: 'second',
      capabilities: null,
    });
  });

  it('are assigned to projects by those who may', async () => {
    const anonymous = await world.send('GET', '/projects/library/scanner', undefined, { as: null });
    expect(anonymous.status).toBe(401);
    expect((await world.send('PUT', '/projects/acme/scanner', { uuid: '' })).status).toBe(500);
    expect(refusalOf(await world.send('PUT', '/projects/acme/scanner', {}))).toEqual([
      422,
      invalid('uuid in body is required'),
    ]);
  });
});
