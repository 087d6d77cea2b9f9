import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type Content, contentOf, formatManifest, mediaTypes } from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DevHarbor, startDevHarbor } from '../src/index.ts';
import { gzipLayer } from './scanner-registry.ts';

const report11 = 'application/vnd.security.vulnerability.report; version=1.1';
const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n';
const advisory = {
  id: 'CVE-2099-1',
  database_specific: { severity: 'HIGH' },
  affected: [
    {
      package: { ecosystem: 'Debian:12', name: 'openssl' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.20-1' }] }],
    },
  ],
};

let folder: string;
let harbor: DevHarbor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dev-harbor-'));
  await mkdir(join(folder, 'advisories'));
  harbor = await startDevHarbor({
    dataDirectory: join(folder, 'data'),
    advisoriesDirectory: join(folder, 'advisories'),
  });
  // What nobody else may pull, the scanner may.
  const metadata = { prevent_vul: 'true', enable_content_trust_cosign: 'true' };
  await send('POST', '/api/v2.0/projects', JSON.stringify({ project_name: 'shop', metadata }));
});
afterAll(async () => {
  await harbor.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

function send(
  method: string,
  path: string,
  body: string | Uint8Array = '',
  type = 'application/json',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, harbor.url), {
      method,
      ca: harbor.caCertificate,
      auth: `${harbor.username}:${harbor.password}`,
      headers: { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) },
    });
    call.on('error', reject).on('response', (answer) => {
      const { statusCode: status = 0, headers } = answer;
      text(answer).then((content) => resolve({ status, location: headers.location ?? '', body: content }), reject);
    });
    call.end(body);
  });
}

async function push(repository: string, ...layers: readonly Content[]): Promise<void> {
  const config = contentOf(mediaTypes.ociConfig, JSON.stringify({ os: 'linux', architecture: 'amd64' }));
  for (const { descriptor, bytes } of [config, ...layers]) {
    const { location } = await send('POST', `/v2/shop/${repository}/blobs/uploads/`);
    const target = new URL(location, harbor.url);
    target.searchParams.set('digest', descriptor.digest);
    const put = await send('PUT', `${target.pathname}${target.search}`, bytes, 'application/octet-stream');
    expect(put.status).toBe(201);
  }
  const manifest = formatManifest({
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  });
  const put = await send('PUT', `/v2/shop/${repository}/manifests/v1`, manifest.bytes, manifest.descriptor.mediaType);
  expect(put.status).toBe(201);
}

const artifact = (repository: string): string => `/api/v2.0/projects/shop/repositories/${repository}/artifacts/v1`;

async function scan(repository: string): Promise<Record<string, unknown>> {
  expect((await send('POST', `${artifact(repository)}/scan`)).status).toBe(202);
  for (;;) {
    const { body } = await send('GET', `${artifact(repository)}?with_scan_overview=true`);
    const overview = (JSON.parse(body) as { scan_overview?: Record<string, Record<string, unknown>> }).scan_overview;
    const summary = overview?.[report11];
    if (summary !== undefined && !/Pending|Running/.test(String(summary.scan_status))) return summary;
    await delay(20);
  }
}

const report = async (repository: string): Promise<unknown> =>
  JSON.parse((await send('GET', `${artifact(repository)}/additions/vulnerabilities`)).body);

describe('the scanner in the embedded Harbor', () => {
  it('finds what an advisory that was planted between two scans is about', async () => {
    const status = 'Package: libssl3\nStatus: install ok installed\nSource: openssl\nVersion: 3.0.19-1~deb12u2\n';
    await push('hello', await gzipLayer({ 'etc/os-release': debian, 'var/lib/dpkg/status': status }));
    expect(await scan('hello')).toMatchObject({ scan_status: 'Success', severity: 'None' });
    await writeFile(join(folder, 'advisories', 'CVE-2099-1.json'), JSON.stringify(advisory));
    expect(await scan('hello')).toMatchObject({ scan_status: 'Success', severity: 'High', summary: { fixable: 1 } });
    expect(await report('hello')).toMatchObject({
      [report11]: {
        severity: 'High',
        vulnerabilities: [
          { id: 'CVE-2099-1', package: 'libssl3', version: '3.0.19-1~deb12u2', fix_version: '3.0.20-1' },
        ],
      },
    });
  });

  it('gives no report about an image whose packages it cannot read', async () => {
    await push('unreadable', await gzipLayer({ 'usr/lib/sysimage/rpm/rpmdb.sqlite': 'SQLite' }));
    expect(await scan('unreadable')).toMatchObject({ scan_status: 'Error' });
    expect(await report('unreadable')).toEqual({});
  });
});
