import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest } from './harbor-client.ts';

const sbomReport = 'application/vnd.security.sbom.report+json; version=1.0';
const imageType = 'application/vnd.oci.image.manifest.v1+json';
const artifact = '/projects/acme/repositories/app/artifacts/v1';

let world: HarborUnderTest;
let adapter: Server;
let authorization = '';

beforeAll(async () => {
  world = await HarborUnderTest.start();
  adapter = createServer((request, response) => {
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (request.url === '/api/v1/metadata') {
      const capabilities = [{ type: 'sbom', consumes_mime_types: [imageType], produces_mime_types: [sbomReport] }];
      return answer(200, { scanner: { name: 'Test', vendor: 'Test', version: '1' }, capabilities });
    }
    if (request.url?.includes('/report'))
      return answer(200, { sbom: { spdxVersion: 'SPDX-2.3', name: `${Math.random()}` } });
    let body = '';
    return request
      .on('data', (text) => (body += text))
      .on('end', () => {
        authorization = JSON.parse(body).registry.authorization;
        answer(202, { id: 'one' });
      });
  });
  await new Promise<void>((done) => adapter.listen(0, '127.0.0.1', done));
  await world.project('acme');
  await world.pushImage('acme/app', 'v1');
  const url = `http://127.0.0.1:${(adapter.address() as AddressInfo).port}`;
  const { headers } = await world.send('POST', '/scanners', { name: 'test', url });
  await world.send('PUT', '/projects/acme/scanner', { uuid: String(headers.location).split('/').at(-1) });
});
afterAll(async () => {
  await world.end();
  adapter.close();
});

async function generate(previous?: string): Promise<string> {
  expect((await world.send('POST', `${artifact}/scan`, { scan_type: 'sbom' })).status).toBe(202);
  for (;;) {
    const { json } = await world.send('GET', `${artifact}?with_sbom_overview=true`);
    const digest = json.sbom_overview?.sbom_digest;
    if (digest !== undefined && digest !== previous) return digest;
  }
}

describe('bills of materials', () => {
  it('become an accessory of the image, and a new one replaces the old one', async () => {
    const first = await generate();
    const document = await world.send('GET', `/projects/acme/repositories/app/artifacts/${first}/additions/sbom`);
    expect(document.json.spdxVersion).toBe('SPDX-2.3');
    const second = await generate(first);
    const { json } = await world.send('GET', `${artifact}/accessories`);
    expect(json).toMatchObject([{ type: 'sbom.harbor', digest: second }]);
  });

  it('are gone when their artifact was deleted', async () => {
    const digest = await generate();
    await world.send('DELETE', `/projects/acme/repositories/app/artifacts/${digest}`);
    const { json } = await world.send('GET', `${artifact}?with_sbom_overview=true&with_accessory=true`);
    expect([json.sbom_overview, json.accessories]).toEqual([undefined, null]);
  });

  it('cost the scanner its credentials once they are made', async () => {
    await generate();
    const headers = { Authorization: authorization };
    expect((await world.pull('acme/app', 'v1', { as: null, headers })).status).toBe(401);
  });
});
