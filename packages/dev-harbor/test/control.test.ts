import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HarborUnderTest, part } from './harbor-client.ts';

const reportType = 'application/vnd.security.vulnerability.report; version=1.1';
const critical = { id: 'CVE-2099-0001', package: 'openssl', version: '3.0.1', severity: 'Critical' } as const;

let world: HarborUnderTest;
let url: string;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  url = `${world.harbor.url}/dev-harbor`;
  await world.project('acme');
  await world.pushImage('acme/app', 'v1');
});
afterAll(() => world.end());
beforeEach(() => {
  world.harbor.control.forgetScripts();
  world.harbor.control.setScanner('healthy');
  world.harbor.control.setReadOnly(false);
});

const artifact = '/projects/acme/repositories/app/artifacts/v1';

async function overview() {
  const { json } = await world.send('GET', `${artifact}?with_scan_overview=true`);
  return json.scan_overview?.[reportType];
}

/** Scans the image and waits until the scan has ended. */
async function scan() {
  expect((await world.send('POST', `${artifact}/scan`)).status).toBe(202);
  for (;;) {
    const found = await overview();
    if (['Success', 'Error', 'Stopped'].includes(found?.scan_status)) return found;
  }
}

describe('the controls', () => {
  it('plant vulnerabilities in a repository', async () => {
    world.harbor.control.scriptScan({
      repository: 'acme/app',
      vulnerabilities: [{ ...critical, fixVersion: '3.0.2', cvssScore: 9.8, cwes: ['CWE-79'], links: ['https://x'] }],
    });
    expect(await scan()).toMatchObject({ scan_status: 'Success', severity: 'Critical', summary: { fixable: 1 } });
    const { json } = await world.send('GET', `${artifact}/additions/vulnerabilities`);
    expect(json[reportType].vulnerabilities).toMatchObject([
      { fix_version: '3.0.2', cwe_ids: ['CWE-79'], links: ['https://x'], preferred_cvss: { score_v3: 9.8 } },
    ]);
  });

  it('plant them in one digest rather than in its repository', async () => {
    const { digest } = (await world.send('GET', artifact)).json;
    const vulnerabilities = [{ ...critical, severity: 'Low' }];
    await world.send('PUT', `${url}/scans`, { repository: 'acme/app', vulnerabilities: [critical] });
    const put = await world.send('PUT', `${url}/scans`, { repository: 'acme/app', digest, vulnerabilities });
    expect(put.status).toBe(204);
    expect(await scan()).toMatchObject({ severity: 'Low' });
    await world.send('PUT', `${url}/scans`, { repository: 'acme/app', digest, vulnerabilities: [] });
    expect(await scan()).toMatchObject({ severity: 'None' });
  });

  it('let a scan fail, and tell why in its log', async () => {
    await world.send('PUT', `${url}/scans`, { repository: 'acme/app', failure: 'the database is too old' });
    const { scan_status, report_id } = await scan();
    expect(scan_status).toBe('Error');
    const log = await world.send('GET', `${artifact}/scan/${report_id}/log`, undefined, { headers: { Accept: '*/*' } });
    expect(log.bytes.toString()).toContain('the database is too old');
  });

  it('hold a scan up until it is stopped', async () => {
    world.harbor.control.scriptScan({ repository: 'acme/app', delaySeconds: 3600, vulnerabilities: [] });
    await world.send('POST', `${artifact}/scan`);
    while ((await overview())?.scan_status !== 'Running');
    expect((await world.send('POST', `${artifact}/scan`)).status).toBe(409);
    expect((await world.send('POST', `${artifact}/scan/stop`, { scan_type: 'vulnerability' })).status).toBe(202);
    expect((await overview()).scan_status).toBe('Stopped');
  });

  it('keep scans in the queue, unseen', async () => {
    const { digest } = await world.pushImage('acme/queued', 'v1');
    const queued = `/projects/acme/repositories/queued/artifacts/${digest}`;
    const look = async () => (await world.send('GET', `${queued}?with_scan_overview=true`)).json.scan_overview;
    expect((await world.send('PUT', `${url}/scan-queue`, { held: true })).status).toBe(204);
    expect((await world.send('POST', `${queued}/scan`)).status).toBe(202);
    expect(await look()).toBeUndefined();
    await world.send('PUT', `${url}/scan-queue`, { held: false });
    expect(await look()).toHaveProperty([reportType]);
  });

  it('let the scanner fall ill: what it found is hidden, and it takes no scans', async () => {
    world.harbor.control.scriptScan({ repository: 'acme/app', vulnerabilities: [critical] });
    await scan();
    await world.send('PUT', `${url}/scanner`, { state: 'unhealthy' });
    const { json } = await world.send('GET', '/projects/acme/scanner');
    expect(json.health).toBe('unhealthy');
    expect(await overview()).toBeUndefined();
    expect((await world.send('POST', `${artifact}/scan`)).status).toBe(400);
    expect((await world.send('GET', `${artifact}/additions/vulnerabilities`)).json).toHaveProperty([reportType]);
    await world.send('PUT', `${url}/scanner`, { state: 'healthy' });
    expect(await overview()).toMatchObject({ scan_status: 'Success' });
  });

  it('drop the scanner with its reports, and bring it back', async () => {
    world.harbor.control.setScanner('absent');
    expect((await world.send('POST', `${artifact}/scan`)).json.errors[0].code).toBe('PRECONDITION');
    expect((await world.send('GET', '/scanners')).json).toEqual([]);
    world.harbor.control.setScanner('healthy');
    expect((await world.send('GET', `${artifact}/additions/vulnerabilities`)).json).toEqual({});
    expect((await world.send('GET', '/projects/acme/scanner')).json).toMatchObject({
      health: 'healthy',
      is_default: true,
    });
  });

  it('fill a quota', async () => {
    await world.project('full');
    await world.pushImage('full/app', 'v1');
    world.harbor.control.fillQuota('full', 10);
    expect((await world.upload('full/app', part('ten bytes!'))).status).toBe(201);
    const { status, json } = await world.upload('full/app', part('one byte more'));
    expect([status, json.errors[0].code]).toEqual([403, 'DENIED']);
    expect((await world.send('PUT', `${url}/quota`, { project: 'none' })).status).toBe(400);
    expect(() => world.harbor.control.fillQuota('none')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('make tokens expire, and leave credentials alone', async () => {
    const bearer = await world.token('repository:acme/app:pull');
    expect((await world.pull('acme/app', 'v1', { bearer })).status).toBe(200);
    expect((await world.send('DELETE', `${url}/tokens`)).status).toBe(204);
    const { status, headers } = await world.pull('acme/app', 'v1', { bearer });
    expect([status, headers['www-authenticate']]).toEqual([401, 'Basic realm="harbor"']);
    expect((await world.pull('acme/app', 'v1', { bearer: await world.token('repository:acme/app:pull') })).status).toBe(
      200,
    );
  });

  it('go read-only and come back', async () => {
    await world.send('PUT', `${url}/read-only`, { readOnly: true });
    expect((await world.send('POST', '/v2/acme/app/blobs/uploads/')).json.errors[0].code).toBe('DENIED');
    await world.send('PUT', `${url}/read-only`, { readOnly: false });
    expect((await world.send('POST', '/v2/acme/app/blobs/uploads/')).status).toBe(202);
  });

  it('are for the administrator only, and refuse what makes no sense', async () => {
    const robot = await world.robot('acme', 'repository:pull');
    const statuses = await Promise.all([
      world.send('DELETE', `${url}/tokens`, undefined, { as: null }),
      world.send('DELETE', `${url}/tokens`, undefined, { as: robot }),
      world.send('PUT', `${url}/scanner`, { state: 'asleep' }),
      world.send('PUT', `${url}/scans`, {
        repository: 'acme/app',
        vulnerabilities: [{ ...critical, severity: 'Awful' }],
      }),
      world.send('PUT', `${url}/scans`, {}),
      world.send('PUT', `${url}/read-only`, {}),
      world.send('PUT', `${url}/scan-queue`, {}),
      world.send('GET', `${url}/tokens`),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 403, 400, 400, 422, 400, 400, 404]);
  });
});
