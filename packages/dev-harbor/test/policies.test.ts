import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '@harbor-pilot/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { weightOf } from '../src/policy/severity.ts';
import { HarborUnderTest, image, indexOf, part, referrer } from './harbor-client.ts';

const reportType = 'application/vnd.security.vulnerability.report; version=1.1';
const imageTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const findings = [
  { id: 'CVE-2099-1', package: 'a', version: '1', fix_version: '2', severity: 'Critical' },
  { id: 'CVE-2099-2', package: 'b', version: '1', severity: 'Low' },
];

let world: HarborUnderTest;
let adapter: Server;
let isReachable = true;
let scannerAuthorization = '';
let scannerId = '';
let offsetMilliseconds = 0;
const clock: Clock = {
  now: () => new Date(Date.now() + offsetMilliseconds),
  sleep: (_milliseconds, signal) => systemClock.sleep(10, signal),
};

/** Finds two vulnerabilities in everything but what is called "clean"; never ends with "slow". */
function startAdapter(): Server {
  return createServer((request, response) => {
    const answer = (status: number, body?: unknown) =>
      response.writeHead(status, { 'Refresh-After': '1' }).end(JSON.stringify(body));
    if (!isReachable) return response.destroy();
    if (request.url === '/api/v1/metadata') {
      const capabilities = [
        { type: 'vulnerability', consumes_mime_types: imageTypes, produces_mime_types: [reportType] },
      ];
      return answer(200, { scanner: { name: 'Test', vendor: 'Test', version: '1' }, capabilities });
    }
    if (request.url?.endsWith('/report')) {
      if (request.url.includes('slow')) return answer(302);
      return answer(200, { vulnerabilities: request.url.includes('clean') ? [] : findings });
    }
    let body = '';
    return request
      .on('data', (text) => (body += text))
      .on('end', () => {
        const task = JSON.parse(body);
        scannerAuthorization = task.registry.authorization;
        answer(202, { id: task.artifact.repository.split('/').at(-1) });
      });
  });
}

async function scan(repository: string): Promise<string> {
  const path = `/projects/acme/repositories/${repository}/artifacts/v1`;
  expect((await world.send('POST', `${path}/scan`)).status).toBe(202);
  for (;;) {
    const { json } = await world.send('GET', `${path}?with_scan_overview=true`);
    const status = json.scan_overview[reportType].scan_status;
    if (!['Pending', 'Running'].includes(status)) return status;
  }
}

beforeAll(async () => {
  world = await HarborUnderTest.start({ clock });
  adapter = startAdapter();
  await new Promise<void>((done) => adapter.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(adapter.address() as AddressInfo).port}`;
  await world.project('acme');
  const { headers } = await world.send('POST', '/scanners', { name: 'test', url });
  const uuid = String(headers.location).split('/').at(-1);
  scannerId = String(uuid);
  await world.send('PUT', '/projects/acme/scanner', { uuid });
});
afterAll(async () => {
  await world.end();
  adapter.closeAllConnections();
  adapter.close();
});

const refusal = async (repository: string, options = {}) => {
  const { status, json } = await world.pull(`acme/${repository}`, 'v1', options);
  return status === 412 ? json.errors[0].message : status;
};
const set = (metadata: object, more = {}) => world.send('PUT', '/projects/acme', { metadata, ...more });

describe('the vulnerability policy', () => {
  it('keeps back what is bad, failed or not scanned, from its pusher as well', async () => {
    for (const name of ['bad', 'clean', 'new']) await world.pushImage(`acme/${name}`, 'v1');
    expect([await scan('bad'), await scan('clean')]).toEqual(['Success', 'Success']);
    await set({ prevent_vul: 'true', severity: 'high' });
    expect(await refusal('bad')).toContain('current image with 2 vulnerabilities cannot be pulled');
    expect(await refusal('clean')).toBe(200);
    expect(await refusal('new')).toContain('current image without vulnerability scanning cannot be pulled');
    expect((await world.send('GET', '/projects/acme/repositories/bad/artifacts/v1')).status).toBe(200);
  });

  it('does not count what the allowlist names, until it expires', async () => {
    await set({ reuse_sys_cve_allowlist: 'false' }, { cve_allowlist: { items: [{ cve_id: 'CVE-2099-1' }] } });
    expect(await refusal('bad')).toBe(200);
    await set({}, { cve_allowlist: { items: [{ cve_id: 'CVE-2099-1' }], expires_at: 1 } });
    expect(await refusal('bad')).toContain('2 vulnerabilities');
  });

  it('lets a scanned index pass, but not its children', async () => {
    const child = await world.pushImage('acme/multi', undefined, 'multi');
    await world.push('acme/multi', 'v1', indexOf([child]), []);
    expect(await refusal('multi')).toContain('without vulnerability scanning');
    await scan('multi');
    expect(await refusal('multi')).toBe(200);
    expect((await world.pull('acme/multi', child.digest)).status).toBe(412);
  });

  it('lets an index pass only once every image below it was scanned, or is being scanned', async () => {
    const child = await world.pushImage('acme/slowmulti', 'v1', 'one of two');
    const path = '/projects/acme/repositories/slowmulti/artifacts';
    expect((await world.send('POST', `${path}/v1/scan`)).status).toBe(202);
    const other = await world.pushImage('acme/slowmulti', undefined, 'the other');
    await world.push('acme/slowmulti', 'v1', indexOf([child, other]), []);
    expect(await refusal('slowmulti')).toContain('without vulnerability scanning');
    expect((await world.send('POST', `${path}/${other.digest}/scan`)).status).toBe(202);
    expect(await refusal('slowmulti')).toBe(200);
    for (const { digest } of [child, other]) {
      await world.send('POST', `${path}/${digest}/scan/stop`, { scan_type: 'vulnerability' });
    }
  });

  it('lets pass what hangs on an image', async () => {
    const { manifest, blobs } = image('about the new one');
    const about = { ...JSON.parse(manifest.bytes.toString()), subject: { digest: image('acme/new').manifest.digest } };
    const attached = part(JSON.stringify(about), manifest.mediaType);
    await world.push('acme/new', 'about', attached, blobs);
    expect((await world.pull('acme/new', 'about')).status).toBe(200);
  });

  it('is on with any yes, and without a limit keeps back whatever has a vulnerability', async () => {
    await world.project('other');
    await world.send('PUT', '/projects/other/scanner', { uuid: scannerId });
    for (const name of ['bad', 'clean']) await world.pushImage(`other/${name}`, 'v1', `acme/${name}`);
    await world.send('PUT', '/projects/other', { metadata: { prevent_vul: 'TRUE' } });
    const refused = (await world.pull('other/bad', 'v1')).json.errors[0].message;
    expect(refused).toContain('severity of "Unknown" or higher');
    expect((await world.pull('other/clean', 'v1')).status).toBe(200);
  });

  it.each([
    ['None', 0],
    ['Unknown', 0],
    ['Negligible', 1],
    ['Critical', 5],
    ['Important', 99],
  ])('counts %s as %d', (severity, weight) => expect(weightOf(severity)).toBe(weight));

  it('fails open for what was never scanned while the scanner is away, not for what is known to be bad', async () => {
    isReachable = false;
    offsetMilliseconds += 60_000;
    expect(await refusal('new')).toBe(200);
    expect(await refusal('bad')).toContain('2 vulnerabilities');
    isReachable = true;
    offsetMilliseconds += 60_000;
    expect(await refusal('new')).toContain('without vulnerability scanning');
    await set({ prevent_vul: 'false' });
  });
});

describe('scans', () => {
  it('run once at a time, stop, and leave an empty report', async () => {
    await world.pushImage('acme/slow', 'v1');
    const path = '/projects/acme/repositories/slow/artifacts/v1';
    await world.send('POST', `${path}/scan`);
    const again = await world.send('POST', `${path}/scan`);
    expect([again.status, again.json.errors[0].code]).toEqual([409, 'CONFLICT']);
    expect((await world.send('POST', `${path}/scan/stop`, { scan_type: 'vulnerability' })).status).toBe(202);
    const { json } = await world.send('GET', `${path}?with_scan_overview=true`);
    expect(json.scan_overview[reportType].scan_status).toBe('Stopped');
    expect((await world.send('GET', `${path}/additions/vulnerabilities`)).json).toEqual({});
  });

  it('may read what the policies keep back, but with a token only, for as long as they run', async () => {
    await set({ prevent_vul: 'true', severity: 'low' });
    await world.pushImage('acme/slow', 'v1');
    const path = '/projects/acme/repositories/slow/artifacts/v1';
    scannerAuthorization = '';
    await world.send('POST', `${path}/scan`);
    while (scannerAuthorization === '') await new Promise((done) => setTimeout(done, 5));
    const own = { as: null, headers: { Authorization: scannerAuthorization } };
    expect(await refusal('slow', own)).toContain('status of vulnerability scanning');
    expect(await refusal('slow', { bearer: await world.token('repository:acme/slow:pull', own) })).toBe(200);
    expect(await refusal('slow')).toContain('status of vulnerability scanning');
    await world.send('POST', `${path}/scan/stop`, { scan_type: 'vulnerability' });
    await set({ prevent_vul: 'false' });
  });

  it('fail when the server ends in the middle', async () => {
    await world.pushImage('acme/slow', 'v1');
    const path = '/projects/acme/repositories/slow/artifacts/v1';
    await world.send('POST', `${path}/scan`);
    await world.restart();
    const { json } = await world.send('GET', `${path}?with_scan_overview=true`);
    expect(json.scan_overview[reportType].scan_status).toBe('Error');
  });

  it('need a scanner', async () => {
    for (const { uuid } of (await world.send('GET', '/scanners')).json) await world.send('DELETE', `/scanners/${uuid}`);
    await world.pushImage('acme/unscannable', 'v1');
    const started = await world.send('POST', '/projects/acme/repositories/unscannable/artifacts/v1/scan');
    expect([started.status, started.json.errors[0].code]).toEqual([412, 'PRECONDITION']);
  });
});

describe('content trust', () => {
  it('wants a cosign signature on exactly what is pulled, and lets signing tools with a token pass', async () => {
    const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    const { manifest } = image('signed');
    await world.pushImage('acme/signed', 'v1', 'signed');
    await set({ enable_content_trust_cosign: 'true' });
    expect(await refusal('signed')).toBe('The image is not signed by cosign.');
    const headers = { 'User-Agent': 'cosign/v3.1.3' };
    const bearer = await world.token('repository:acme/signed:pull,push');
    expect(await refusal('signed', { headers })).toBe('The image is not signed by cosign.');
    expect(await refusal('signed', { bearer })).toBe('The image is not signed by cosign.');
    expect(await refusal('signed', { bearer, headers })).toBe(200);
    const signature = referrer(manifest, bundle);
    await world.push('acme/signed', undefined, signature.manifest, signature.blobs);
    expect(await refusal('signed')).toBe(200);
    const { json } = await world.send('GET', '/projects/acme/repositories/signed/artifacts/v1/accessories');
    expect(json).toMatchObject([{ type: 'signature.cosign', digest: signature.manifest.digest }]);
  });
});
