import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest, image, indexOf, part, referrer } from './harbor-client.ts';
import { reportTypes, type ScanAdapter, startScanAdapter } from './scan-adapter.ts';

let world: HarborUnderTest;
let adapter: ScanAdapter;
const [usual, old] = reportTypes;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  adapter = await startScanAdapter(['vulnerability', 'sbom'], reportTypes);
  await world.project('acme');
  await assign('acme', adapter);
});
afterAll(async () => {
  await world.end();
  adapter.close();
});

async function assign(project: string, { url }: ScanAdapter): Promise<string> {
  const { headers } = await world.send('POST', '/scanners', { name: `scanner of ${project}`, url });
  const uuid = String(headers.location).split('/').at(-1) ?? '';
  await world.send('PUT', `/projects/${project}/scanner`, { uuid });
  return uuid;
}

const refusalOf = ({ status, json }: Answer) => [status, json?.errors?.[0]?.message];
const at = (repository: string, reference = 'v1') => `/projects/acme/repositories/${repository}/artifacts/${reference}`;
const start = (path: string, kind?: string) => world.send('POST', `${path}/scan`, kind && { scan_type: kind });
const stop = (path: string, body: object) => world.send('POST', `${path}/scan/stop`, body);

async function overviewOf(path: string, kind = 'scan') {
  const { json } = await world.send('GET', `${path}?with_${kind}_overview=true`);
  return kind === 'scan' ? json.scan_overview?.[usual] : json.sbom_overview;
}

/** The overview of a scan that has ended. */
async function scanned(path: string, kind = 'scan') {
  for (;;) {
    const overview = await overviewOf(path, kind);
    if (overview !== undefined && !['Pending', 'Running'].includes(overview.scan_status)) return overview;
  }
}

async function pushIndex(repository: string, ...seeds: string[]) {
  const children = [];
  for (const seed of seeds) children.push(await world.pushImage(`acme/${repository}`, undefined, seed));
  const index = indexOf(children);
  await world.push(`acme/${repository}`, 'v1', index, []);
  return { index, children };
}

describe('what can be scanned', () => {
  it('are images, not what hangs on them', async () => {
    const { manifest, blobs } = image('signed');
    await world.push('acme/signed', 'v1', manifest, blobs);
    const other = referrer(manifest, 'application/vnd.example.note');
    await world.push('acme/signed', 'note', other.manifest, other.blobs);
    const { manifest: plain, blobs: parts } = image('signature of it');
    const { mediaType, digest: subject, size } = manifest;
    const text = { ...JSON.parse(plain.bytes.toString()), subject: { mediaType, digest: subject, size } };
    const signature = part(JSON.stringify(text), plain.mediaType);
    await world.push('acme/signed', 'signature', signature, parts);
    for (const { digest } of [other.manifest, signature]) {
      const path = at('signed', digest);
      const type = 'application/vnd.oci.image.manifest.v1+json';
      const message = `the configured scanner scanner of acme does not support scanning artifact with mime type ${type}`;
      expect(refusalOf(await start(path))).toEqual([400, message]);
      const report = await world.send('GET', `${path}/additions/vulnerabilities`);
      expect(refusalOf(report)).toEqual([404, `report not found for acme/signed@${digest}`]);
      expect((await world.send('GET', path)).json.addition_links?.vulnerabilities).toBeUndefined();
    }
  });

  it('is nothing by a scanner that is switched off', async () => {
    await world.project('off');
    const off = await startScanAdapter(['vulnerability']);
    const uuid = await assign('off', off);
    await world.pushImage('off/app', 'v1');
    await world.send('PUT', `/scanners/${uuid}`, { name: 'switched off', url: off.url, disabled: true });
    const path = '/projects/off/repositories/app/artifacts/v1';
    expect(refusalOf(await start(path))).toEqual([412, 'scanner switched off is deactivated']);
    expect((await world.send('GET', '/projects/off/scanner')).json).toMatchObject({
      disabled: true,
      health: 'healthy',
    });
    await world.send('PUT', `/scanners/${uuid}`, { name: 'on again', url: off.url });
    expect((await start(path, 'sbom')).status).toBe(500);
    off.close();
  });
});

describe('scans of an index', () => {
  it('begin for those children that are free, and are stopped where they were asked for', async () => {
    const { children } = await pushIndex('slow', 'slow one', 'slow two');
    const [first, second] = children.map(({ digest }) => at('slow', digest));
    expect((await start(String(first))).status).toBe(202);
    expect((await start(at('slow'))).status).toBe(202);
    expect((await start(at('slow'))).status).toBe(409);
    expect((await overviewOf(String(second))).scan_status).toMatch(/Pending|Running/);
    for (;;) {
      const { scan_status, start_time, end_time, duration } = await overviewOf(at('slow'));
      const starts = await Promise.all(
        [first, second].map(async (path) => (await overviewOf(String(path))).start_time),
      );
      if (scan_status !== 'Running' || starts.includes(end_time)) continue;
      expect([end_time, start_time]).toEqual(['0001-01-01T00:00:00.000Z', expect.stringMatching(/:\d\d\.000Z$/)]);
      expect(duration).toBe((Date.parse(end_time) - Date.parse(start_time)) / 1000);
      break;
    }
    const digest = String(second).split('/').at(-1);
    expect(refusalOf(await stop(String(second), { scan_type: 'vulnerability' }))).toEqual([
      400,
      `no scan job for artifact digest=${digest}`,
    ]);
    expect((await stop(at('slow'), { scan_type: 'vulnerability' })).status).toBe(202);
    expect((await scanned(String(second))).scan_status).toBe('Stopped');
    await stop(String(first), { scan_type: 'vulnerability' });
    expect((await stop(at('slow'), {})).status).toBe(500);
  });

  it('have a result once all children have one', async () => {
    const { children } = await pushIndex('multi', 'multi one', 'multi two');
    const [first, second] = children.map(({ digest }) => at('multi', digest));
    await start(String(first));
    const { report_id: one } = await scanned(String(first));
    expect(await overviewOf(at('multi'))).toBeUndefined();
    await start(String(second));
    const { report_id: two } = await scanned(String(second));
    const { report_id: both } = await scanned(at('multi'));
    expect(Buffer.from(both, 'base64').toString()).toBe(`${one}|${two}`);
    const log = (path: string, id: string) => world.send('GET', `${path}/scan/${encodeURIComponent(id)}/log`);
    const text = (await log(at('multi'), both)).bytes.toString();
    expect(text).toContain(`---------- Logs of report ${two} ----------\n`);
    expect(refusalOf(await log(String(first), two))).toEqual([404, `scan log with uuid: ${two} not found`]);
    expect(refusalOf(await log(at('multi'), 'no-id'))).toEqual([400, 'bad request: invalid UUID no-id']);
  });
});

describe('reports', () => {
  it('have the form that is asked for', async () => {
    await world.pushImage('acme/forms', 'v1');
    await start(at('forms'));
    await scanned(at('forms'));
    const forms = async (wanted: string) => {
      const headers = { 'X-Accept-Vulnerabilities': wanted };
      const { json } = await world.send('GET', `${at('forms')}/additions/vulnerabilities`, undefined, { headers });
      const artifact = await world.send('GET', `${at('forms')}?with_scan_overview=true`, undefined, { headers });
      return [Object.keys(json), Object.keys(artifact.json.scan_overview)];
    };
    expect(await forms(`${old}, ${usual}`)).toEqual([[old], [old]]);
    expect(await forms('application/json')).toEqual([[old], [old]]);
    expect(await forms(`text/plain, ${usual}`)).toEqual([[usual], [usual]]);
  });

  it('have the old form where the scanner knows no other', async () => {
    await world.project('old');
    const aged = await startScanAdapter(['vulnerability'], [old]);
    await assign('old', aged);
    await world.pushImage('old/app', 'v1');
    const path = '/projects/old/repositories/app/artifacts/v1';
    await start(path);
    for (;;) {
      const { scan_overview } = (await world.send('GET', `${path}?with_scan_overview=true`)).json;
      if (scan_overview?.[old].scan_status === 'Success') break;
    }
    expect(Object.keys((await world.send('GET', `${path}/additions/vulnerabilities`)).json)).toEqual([old]);
    expect(aged.accepted).toEqual([old]);
    aged.close();
  });

  it('write findings as Harbor keeps them', async () => {
    const finding = { id: 'CVE-1', package: 'p', version: '1', severity: 'NEGLIGIBLE', description: 'd' };
    const attributes = { CVSS: { vendor: { V3Score: 1.5 }, nvd: { V3Score: 7.5 } } };
    adapter.report = {
      severity: 'Negligible',
      vulnerabilities: [finding, { ...finding, id: 'CVE-2', severity: 'odd', vendor_attributes: attributes }],
    };
    await world.pushImage('acme/findings', 'v1');
    await start(at('findings'));
    const { severity, summary } = await scanned(at('findings'));
    expect([severity, summary]).toEqual(['None', { total: 2, fixable: 0, summary: { None: 1, Unknown: 1 } }]);
    const { json } = await world.send('GET', `${at('findings')}/additions/vulnerabilities`);
    expect(json[usual]).toMatchObject({
      generated_at: '',
      severity: 'Negligible',
      vulnerabilities: [
        { severity: 'None', links: [''], cwe_ids: [''], preferred_cvss: { score_v3: null } },
        { severity: 'Unknown', preferred_cvss: { score_v3: 7.5 }, vendor_attributes: attributes },
      ],
    });
  });

  it('tell the scanner the tag that was asked for', async () => {
    for (const tag of ['old', 'new']) await world.pushImage('acme/tagged', tag, 'tagged');
    await start(at('tagged', 'old'));
    await scanned(at('tagged', 'old'));
    expect(adapter.tasks.at(-1)?.artifact).toMatchObject({ repository: 'acme/tagged', tag: 'old' });
  });
});

describe('deleting what was scanned', () => {
  it('ends its scan, and fails those of its copies', async () => {
    adapter.report = { vulnerabilities: [{ id: 'CVE-1', package: 'p', version: '1', severity: 'Low' }] };
    await world.pushImage('acme/first', 'v1', 'deleted');
    await start(at('first'));
    const { report_id } = await scanned(at('first'));
    await world.send('POST', '/projects/acme/repositories/second/artifacts?from=acme/first:v1');
    expect((await overviewOf(at('second'))).scan_status).toBe('Success');
    await world.send('DELETE', at('first'));
    const { scan_status, severity, end_time } = await overviewOf(at('second'));
    expect([scan_status, severity, end_time]).toEqual(['Error', undefined, '0001-01-01T00:00:00.000Z']);
    const report = await world.send('GET', `${at('second')}/additions/vulnerabilities`);
    expect(report.json[usual].vulnerabilities).toHaveLength(1);
    const log = await world.send('GET', `${at('second')}/scan/${report_id}/log`);
    expect(refusalOf(log)).toEqual([404, `report with uuid ${report_id} does not exist`]);
    await world.send('DELETE', '/projects/acme/repositories/second');
    await world.pushImage('acme/first', 'v1', 'deleted');
    expect(await overviewOf(at('first'))).toBeUndefined();
  });
});

describe('bills of materials', () => {
  it('belong to one artifact, and to the children of an index', async () => {
    const { children } = await pushIndex('boms', 'bom one', 'bom two');
    expect((await start(at('boms'), 'sbom')).status).toBe(202);
    for (const { digest } of children) {
      expect((await scanned(at('boms', digest), 'sbom')).sbom_digest).toMatch(/^sha256:/);
    }
    const { scan_status, sbom_digest } = await scanned(at('boms'), 'sbom');
    expect([scan_status, sbom_digest]).toEqual(['Success', undefined]);
    const child = children[0]?.digest;
    await world.send('POST', `/projects/acme/repositories/bomcopy/artifacts?from=acme/boms@${child}`);
    const { json } = await world.send('GET', `${at('bomcopy', child)}?with_sbom_overview=true&with_accessory=true`);
    expect([json.sbom_overview, json.accessories[0].type]).toEqual([undefined, 'sbom.harbor']);
  });

  it('are gone as soon as new ones are made, which happens once at a time', async () => {
    await world.pushImage('acme/slowbom', 'v1');
    expect((await start(at('slowbom'), 'sbom')).status).toBe(202);
    expect(refusalOf(await start(at('slowbom'), 'sbom'))).toEqual([409, 'a previous sbom generate process is running']);
    await stop(at('slowbom'), { scan_type: 'sbom' });
    await world.pushImage('acme/failbom', 'v1');
    await start(at('failbom'), 'sbom');
    expect(await scanned(at('failbom'), 'sbom')).toMatchObject({ scan_status: 'Error', report_id: expect.anything() });
  });
});
