import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest } from './harbor-client.ts';
import { type SbomAdapter, startSbomAdapter } from './sbom-adapter.ts';

const artifact = '/projects/acme/repositories/app/artifacts/v1';

let world: HarborUnderTest;
let adapter: SbomAdapter;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  adapter = await startSbomAdapter();
  await world.project('acme');
  await world.pushImage('acme/app', 'v1');
  const { headers } = await world.send('POST', '/scanners', { name: 'test', url: adapter.url });
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
    const headers = { Authorization: adapter.authorization };
    expect((await world.pull('acme/app', 'v1', { as: null, headers })).status).toBe(401);
  });
});
