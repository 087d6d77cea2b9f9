import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { zstdCompressSync } from 'node:zlib';
import { type Content, contentOf, mediaTypes } from '@harbor-pilot/oci';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ScannerAdapter, startScannerAdapter } from '../src/scanner/index.ts';
import { authorization, gzipLayer, startTestRegistry, type TestRegistry, tar } from './scanner-registry.ts';

const report11 = 'application/vnd.security.vulnerability.report; version=1.1';
const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n';
const libssl = 'Package: libssl3\nStatus: install ok installed\nSource: openssl\nVersion: 3.0.11-1~deb12u2\n\n';

let registry: TestRegistry;
let advisoriesDirectory: string;
let adapter: ScannerAdapter;

beforeAll(async () => {
  registry = await startTestRegistry();
});
afterAll(() => registry.close());
beforeEach(async () => {
  advisoriesDirectory = await mkdtemp(join(tmpdir(), 'advisories-'));
  adapter = await startScannerAdapter({ advisoriesDirectory, caCertificate: registry.caCertificate });
});
afterEach(async () => {
  await adapter.close();
  await rm(advisoriesDirectory, { recursive: true });
});

const call = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`${adapter.url}/api/v1${path}`, { redirect: 'manual', ...init });

const requestFor = (manifest: Content, changes: object = {}): object => ({
  registry: { url: registry.url, authorization },
  artifact: {
    repository: 'shop/hello',
    digest: manifest.descriptor.digest,
    mime_type: manifest.descriptor.mediaType,
    ...changes,
  },
});

async function submit(request: object): Promise<string> {
  const answer = await call('/scan', { method: 'POST', body: JSON.stringify(request) });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

interface Report {
  severity: string;
  artifact: object;
  vulnerabilities: Record<string, unknown>[];
  vendor_attributes: { log: string[]; unread: { what: string; path: string; count: number }[] };
  error?: { message: string };
}

async function reportOf(request: object, accept = report11): Promise<{ status: number; type: string; body: Report }> {
  const id = await submit(request);
  for (;;) {
    const answer = await call(`/scan/${id}/report`, { headers: { accept } });
    if (answer.status !== 302) {
      const type = answer.headers.get('content-type') ?? '';
      return { status: answer.status, type, body: (await answer.json()) as Report };
    }
    expect(answer.headers.get('refresh-after')).toBe('1');
    await delay(10);
  }
}

const plant = (advisory: object, name = 'advisory.json'): Promise<void> =>
  writeFile(join(advisoriesDirectory, name), JSON.stringify(advisory));

const opensslAdvisory = {
  id: 'DEBIAN-CVE-2099-1',
  upstream: ['CVE-2099-1'],
  summary: 'a hole',
  references: [{ type: 'WEB', url: 'https://advisories.example.test/1' }],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' }],
  affected: [
    {
      package: { ecosystem: 'Debian:12', name: 'openssl' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.13-1~deb12u1' }] }],
    },
  ],
};

describe('the adapter', () => {
  it('describes itself', async () => {
    const answer = await call('/metadata');
    expect(answer.headers.get('content-type')).toBe('application/vnd.scanner.adapter.metadata+json; version=1.1');
    expect(await answer.json()).toMatchObject({
      scanner: { name: 'Harbor Pilot' },
      capabilities: [
        { type: 'vulnerability', consumes_mime_types: [mediaTypes.ociManifest, mediaTypes.dockerManifest] },
        { type: 'sbom', additional_attributes: { sbom_media_types: ['application/spdx+json'] } },
      ],
    });
  });

  it('reports the vulnerabilities of an image in both versions of the report', async () => {
    await plant(opensslAdvisory);
    const layer = await gzipLayer({ 'etc/os-release': debian, 'var/lib/dpkg/status': libssl });
    const manifest = registry.addImage(layer);
    const { status, type, body } = await reportOf(requestFor(manifest, { tag: 'v1' }));
    expect([status, type]).toEqual([200, report11]);
    expect(body).toMatchObject({
      severity: 'High',
      artifact: { repository: 'shop/hello', digest: manifest.descriptor.digest, tag: 'v1' },
      vulnerabilities: [
        {
          id: 'CVE-2099-1',
          package: 'libssl3',
          version: '3.0.11-1~deb12u2',
          fix_version: '3.0.13-1~deb12u1',
          severity: 'High',
          description: 'a hole',
          links: ['https://advisories.example.test/1'],
          preferred_cvss: { score_v3: 7.5 },
          vendor_attributes: { advisory: 'DEBIAN-CVE-2099-1', path: '/var/lib/dpkg/status' },
        },
      ],
    });
    const older = 'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0';
    expect(await reportOf(requestFor(manifest), older)).toMatchObject({ status: 200, type: older });
  });

  it('reads the advisories at every scan, so a planted one counts at the next', async () => {
    const layer = await gzipLayer({ 'etc/os-release': debian, 'var/lib/dpkg/status': libssl });
    const request = requestFor(registry.addImage(layer));
    const before = await reportOf(request);
    expect(before.body).toMatchObject({ severity: 'None', vulnerabilities: [] });
    expect(before.body.vendor_attributes.log).toContain('advisories about Debian:12: none');
    await plant(opensslAdvisory);
    expect((await reportOf(request)).body).toMatchObject({ severity: 'High' });
  });

  it('reads plain, gzip and zstd layers and applies whiteouts in their order', async () => {
    const lower = contentOf(
      mediaTypes.ociLayer,
      await tar({
        'etc/os-release': debian,
        'var/lib/dpkg/status': libssl,
        'app/package-lock.json': lock('left', '1.0.0'),
      }),
    );
    const upper = contentOf(mediaTypes.ociLayerZstd, zstdCompressSync(await tar({ 'app/.wh.package-lock.json': '' })));
    const top = await gzipLayer({ 'srv/package-lock.json': lock('right', '2.0.0') });
    const { body } = await reportOf(requestFor(registry.addImage(lower, upper, top)));
    expect(body.vendor_attributes.log).toContain('/srv/package-lock.json: 1 packages of npm');
    expect(body.vendor_attributes.log.join('\n')).not.toContain('/app/package-lock.json');
  });

  it('says when an image has nothing to compare, and what it noticed and did not read', async () => {
    const empty = await reportOf(requestFor(registry.addImage(await gzipLayer({ 'index.html': 'hello' }))));
    expect(empty.body).toMatchObject({ severity: 'None', vulnerabilities: [] });
    expect(empty.body.vendor_attributes.log.join('\n')).toContain('nothing was compared');
    const layer = await gzipLayer({
      'usr/lib/python3/dist-packages/six-1.0.dist-info/METADATA': 'Name: six',
      'usr/lib/python3/dist-packages/attrs-1.0.dist-info/METADATA': 'Name: attrs',
      'app/node_modules/ms/package.json': '{}',
    });
    const noticed = await reportOf(requestFor(registry.addImage(layer)));
    expect(noticed.body.vendor_attributes.unread).toEqual([
      { what: 'Python packages', path: '/usr/lib/python3/dist-packages/six-1.0.dist-info/METADATA', count: 2 },
      { what: 'npm packages without a lock file', path: '/app/node_modules/ms/package.json', count: 1 },
    ]);
  });
});

describe('the examples', () => {
  const example = (path: string): Promise<string> =>
    readFile(join(import.meta.dirname, '../../../examples', path), 'utf8');

  it('are read, and the advisory of the demo is against one of them', async () => {
    await plant(JSON.parse(await example('hello/advisories-demo/DEMO-2026-0001.json')) as object);
    const base = await gzipLayer({
      'etc/os-release': await example('base/rootfs/etc/os-release'),
      'var/lib/dpkg/status': await example('base/rootfs/var/lib/dpkg/status'),
    });
    const app = await gzipLayer({ 'app/package-lock.json': await example('hello/package-lock.json') });
    const { body } = await reportOf(requestFor(registry.addImage(base, app)));
    expect(body.vulnerabilities).toMatchObject([
      { id: 'DEMO-2026-0001', package: 'ms', version: '2.1.3', fix_version: '2.1.4', severity: 'High' },
    ]);
    expect(body.vendor_attributes.log).toContain('/var/lib/dpkg/status: 8 packages of Debian:12');
    expect(body.vendor_attributes.log).toContain('/app/package-lock.json: 3 packages of npm');
  });
});

describe('a scan that fails', () => {
  const failureOf = async (manifest: Content): Promise<string> => {
    const { status, type, body } = await reportOf(requestFor(manifest));
    expect([status, type]).toEqual([500, 'application/vnd.scanner.adapter.error+json; version=1.0']);
    return body.error?.message ?? '';
  };

  it('says that the only package database is of a kind that is not read', async () => {
    const layer = await gzipLayer({
      'etc/os-release': 'ID=fedora\nVERSION_ID=41\n',
      'var/lib/rpm/rpmdb.sqlite': 'SQLite',
    });
    expect(await failureOf(registry.addImage(layer))).toMatch(/^SCAN_FAILED: .*\/var\/lib\/rpm\/rpmdb.sqlite.*rpm/);
  });

  it('says that a database is damaged, or of an unknown distribution', async () => {
    const damaged = await gzipLayer({
      'etc/os-release': debian,
      'var/lib/dpkg/status': 'Package: a\nStatus: install ok installed\n',
    });
    expect(await failureOf(registry.addImage(damaged))).toMatch(/SCAN_FAILED: .*a has no version/);
    const unknown = await gzipLayer({ 'var/lib/dpkg/status': libssl });
    expect(await failureOf(registry.addImage(unknown))).toMatch(/SCAN_FAILED: .*without \/etc\/os-release/);
  });

  it('says that content is not what its digest promises, or no archive', async () => {
    const layer = await gzipLayer({ 'etc/os-release': debian });
    const manifest = registry.addImage(layer);
    registry.corrupt(layer, (await gzipLayer({ 'etc/os-release': 'ID=alpine\n' })).bytes);
    expect(await failureOf(manifest)).toMatch(/^DIGEST_MISMATCH/);
    expect(await failureOf(registry.addImage(contentOf(mediaTypes.ociLayerGzip, 'no gzip')))).toMatch(
      /^CONTENT_HOSTILE/,
    );
    expect(await failureOf(registry.addImage(contentOf(mediaTypes.ociLayer, Buffer.alloc(700, 1))))).toMatch(
      /^CONTENT_HOSTILE/,
    );
    expect(await failureOf(registry.addImage(contentOf('application/x-layer', 'x')))).toMatch(
      /^SCAN_FAILED: .*x-layer/,
    );
  });

  it('says what the registry refused', async () => {
    const manifest = registry.addImage();
    const unauthorized = { ...requestFor(manifest), registry: { url: registry.url, authorization: 'Basic eDp4' } };
    expect((await reportOf(unauthorized)).body.error?.message).toMatch(/^AUTH_FAILED: .* 401/);
    const missing = contentOf(mediaTypes.ociManifest, '{}');
    expect(await failureOf(missing)).toMatch(/^REFERENCE_NOT_FOUND/);
  });

  it('does not trust a registry of another authority', async () => {
    const other = await startTestRegistry();
    await adapter.close();
    adapter = await startScannerAdapter({ caCertificate: other.caCertificate });
    await other.close();
    expect(await failureOf(registry.addImage())).toMatch(/^TLS_UNTRUSTED/);
  });

  it('makes a bill of materials', async () => {
    const layer = await gzipLayer({
      'etc/os-release': debian,
      'var/lib/dpkg/status': libssl,
      'app/package-lock.json': lock('@acme/left-pad', '1.0.0'),
    });
    const manifest = registry.addImage(layer);
    const accept = 'application/vnd.security.sbom.report+json; version=1.0';
    const { status, type, body } = await reportOf(
      { ...requestFor(manifest), enabled_capabilities: [{ type: 'sbom' }] },
      accept,
    );
    const listed = (name: string, referenceLocator: string) =>
      expect.objectContaining({ name, externalRefs: [expect.objectContaining({ referenceLocator })] });
    expect([status, type]).toEqual([200, accept]);
    expect(body).toMatchObject({
      media_type: 'application/spdx+json',
      sbom: {
        spdxVersion: 'SPDX-2.3',
        packages: expect.arrayContaining([
          expect.objectContaining({ SPDXID: 'SPDXRef-Image', versionInfo: manifest.descriptor.digest }),
          listed('libssl3', 'pkg:deb/debian/libssl3@3.0.11-1~deb12u2'),
          listed('@acme/left-pad', 'pkg:npm/%40acme/left-pad@1.0.0'),
        ]),
      },
    });
  });

  it('names an advisory that cannot be read', async () => {
    await writeFile(join(advisoriesDirectory, 'broken.json'), '{');
    expect(await failureOf(registry.addImage())).toMatch(/^FILE_UNREADABLE: .*broken.json/);
  });
});

describe('bad requests', () => {
  const post = async (body: string): Promise<number> => (await call('/scan', { method: 'POST', body })).status;

  it('are told apart by their status', async () => {
    const manifest = registry.addImage();
    expect(await post('{')).toBe(400);
    expect(await post(' '.repeat(70_000))).toBe(400);
    expect(await post('{}')).toBe(422);
    expect(await post(JSON.stringify(requestFor(manifest, { digest: 'sha256:x' })))).toBe(422);
    expect(await post(JSON.stringify(requestFor(manifest, { repository: '../x' })))).toBe(422);
    expect(await post(JSON.stringify(requestFor(manifest, { mime_type: mediaTypes.ociIndex })))).toBe(501);
    expect(await post(JSON.stringify({ ...requestFor(manifest), enabled_capabilities: [{ type: 'licence' }] }))).toBe(
      501,
    );
  });

  it('for reports are told apart, too', async () => {
    expect((await call('/scan/unknown/report')).status).toBe(404);
    expect((await call('/nothing')).status).toBe(404);
    const id = await submit(requestFor(registry.addImage()));
    const accept = 'application/vnd.security.sbom.report+json; version=1.0';
    expect((await call(`/scan/${id}/report`, { headers: { accept } })).status).toBe(501);
  });
});

function lock(name: string, version: string): string {
  return JSON.stringify({ lockfileVersion: 3, packages: { '': {}, [`node_modules/${name}`]: { version } } });
}
