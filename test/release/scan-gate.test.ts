import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { PlantedVulnerability } from '@harbor-pilot/dev-harbor';
import { type Content, digestOf, mediaTypes } from '@harbor-pilot/oci';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CapturedRuntime } from '../../packages/steps/test/runtime.ts';
import { openShop, type Shop } from './shop.ts';

const planted: readonly PlantedVulnerability[] = [
  {
    id: 'CVE-2026-0001',
    package: 'openssl',
    version: '3.0.1',
    severity: 'Critical',
    fixVersion: '3.0.2',
    cvssScore: 9.8,
  },
  { id: 'CVE-2026-0002', package: 'zlib', version: '1.3', severity: 'High', cvssScore: 7.1 },
  { id: 'CVE-2026-0003', package: 'busybox', version: '1.36', severity: 'Medium', fixVersion: '1.37', cvssScore: 5 },
];
const folder = '.harbor-pilot/gate';
const inToto = 'application/vnd.in-toto+json';
const stepPermissions = ['repository: pull', 'artifact: read', 'scan: create', 'artifact-addition: read'];

describe('the step scan-gate', () => {
  let shop: Shop;
  let digest: string;
  beforeAll(async () => {
    shop = await openShop({ auto_sbom_generation: 'true' });
    await scanned('1.0.0', planted.slice(1));
    digest = await scanned('2.0.0', planted);
  }, 60_000);
  afterAll(() => shop.close());
  beforeEach(() => writeFile(join(shop.workspace, 'harbor-pilot.yml'), ''));

  /** Builds and pushes an image in which Harbor finds these. */
  const scanned = async (
    tag: string,
    vulnerabilities: readonly PlantedVulnerability[],
    inputs: Record<string, string> = { image: 'shop/app' },
  ): Promise<string> => {
    const given = { ...inputs, layout: `image-${tag}`, labels: `version=${tag}`, record: 'pushed.json' };
    shop.harbor.control.scriptScan({ repository: inputs.image ?? '', vulnerabilities });
    const { digest: built = '' } = (await shop.run('build', given)).outputs;
    await shop.run('push', { ...given, tags: tag });
    await shop.run('scan-gate', { ...given, digest: built, 'severity-cutoff': 'none', 'gate-formats': 'none' });
    return built;
  };
  const file = (name: string): Promise<string> => readFile(join(shop.workspace, name), 'utf8');
  /** Judges the image; harbor-pilot.yml is written before. */
  const judge = async (
    inputs: Record<string, string> = {},
    settings = '',
    environment = {},
  ): Promise<CapturedRuntime> => {
    await writeFile(join(shop.workspace, 'harbor-pilot.yml'), settings && `scan-gate:\n${settings}`);
    return shop.run('scan-gate', { digest, 'fail-build': 'false', ...inputs }, environment);
  };
  const refused = async (...given: Parameters<typeof judge>): Promise<readonly string[]> => {
    await judge(...given);
    const report = JSON.parse(await file(`${folder}/gate-report.json`));
    return report.vulnerabilities.flatMap((one: Record<string, string>) =>
      one.outcome === 'refused' ? [one.id?.at(-1)] : [],
    );
  };

  it.each<[string, Record<string, string>, string, readonly string[]]>([
    ['the cut-off', { 'severity-cutoff': 'medium' }, '', ['1', '2', '3']],
    ['the list of severities of other tools', { severity: 'CRITICAL,UNKNOWN' }, '', ['1']],
    ['only-fixed, by its other name', { 'ignore-unfixed': 'true' }, '', ['1']],
    ['the cut-off of the file', {}, '  severity-cutoff: critical\n', ['1']],
    ['an input before the file', { 'severity-cutoff': 'high' }, '  severity-cutoff: critical\n', ['1', '2']],
    ['a budget', {}, '  max: { high: 1, medium: 0 }\n', ['1', '3']],
    ['a CVSS score', {}, '  severity-cutoff: low\n  min-cvss: 7\n', ['1', '2']],
    ['packages', {}, '  ignored-packages: [open*]\n', ['2']],
    ['only some packages', {}, '  severity-cutoff: low\n  only-packages: [zlib, busy*]\n', ['2', '3']],
    ['exit-code, by its other name', { 'fail-build': '', 'exit-code': '0' }, '', ['1', '2']],
    ['an exception', {}, '  exceptions:\n    - { id: CVE-2026-0001, reason: not reached, owner: ann }\n', ['2']],
    [
      'one that has ended',
      {},
      '  exceptions:\n    - { id: CVE-2026-0001, reason: x, expires: 2020-01-01 }\n',
      ['1', '2'],
    ],
    [
      'nothing but what is exploited',
      { 'severity-cutoff': 'none' },
      '  known-exploited: true\n  known-exploited-file: kev.json\n',
      ['3'],
    ],
    [
      'what is likely to be exploited',
      { 'severity-cutoff': 'low' },
      '  min-epss: 0.5\n  epss-file: epss.csv\n',
      ['2', '3'],
    ],
  ])('counts by %s', async (_, inputs, settings, ids) => {
    await writeFile(join(shop.workspace, 'kev.json'), '{"vulnerabilities":[{"cveID":"CVE-2026-0003"}]}');
    await writeFile(
      join(shop.workspace, 'epss.csv'),
      'cve,epss,percentile\nCVE-2026-0001,0.1,0.5\nCVE-2026-0002,0.9,0.9\n',
    );
    expect(await refused(inputs, settings)).toEqual(ids);
  });

  it('reads the exceptions of other tools where they are, and those that are named', async () => {
    await writeFile(join(shop.workspace, '.trivyignore'), '# not reached\nCVE-2026-0002\n');
    await writeFile(join(shop.workspace, 'more.txt'), 'CVE-2026-0001\n');
    try {
      expect(await refused()).toEqual(['1']);
      expect(await refused({ trivyignores: '.trivyignore,more.txt' })).toEqual([]);
      await expect(judge({ 'exception-files': 'missing.txt' })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    } finally {
      await writeFile(join(shop.workspace, '.trivyignore'), '');
    }
  });

  it.each([
    [
      '  exceptions:\n    - { id: CVE-1, reason: x, expiers: 2027-01-01 }\n',
      /harbor-pilot\.yml:3: unknown key "expiers"/,
      /"expires"/,
    ],
    ['  exceptions:\n    - { id: CVE-1 }\n', /harbor-pilot\.yml:3: .*no "reason"/, /./],
    ['  exceptions: CVE-1\n', /harbor-pilot\.yml:2: .*not a list/, /./],
    ['  only-fixed: true\n  vectors: [AV:N, AV:X]\n', /harbor-pilot\.yml:3: "AV:X" is no CVSS vector/, /AV is one of/],
    ['  max: { hihg: 1 }\n', /harbor-pilot\.yml:2: unknown key "scan-gate.max.hihg"/, /"scan-gate.max.high"/],
  ])('refuses %p with its place', async (settings, message, hint) => {
    await expect(judge({}, settings)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
      ...(hint.source === '.' ? {} : { hint: expect.stringMatching(hint) }),
    });
  });

  it('counts only what the release before did not have', async () => {
    expect(await refused({ 'only-new': 'true', baseline: '1.0.0' })).toEqual(['1']);
    expect(JSON.parse(await file(`${folder}/gate-report.json`)).baseline).toEqual({
      name: '1.0.0',
      added: 1,
      removed: 0,
    });
    await copyFile(join(shop.workspace, folder, 'gate-report.json'), join(shop.workspace, 'accepted.json'));
    expect(await refused({ 'only-new': 'true', baseline: './accepted.json' })).toEqual([]);
  });

  it('does not count what the last run has refused as there before: to try again would be to pass', async () => {
    const own = { 'only-new': 'true', baseline: `./${folder}/gate-report.json` };
    const all = await refused();
    expect([all, await refused(own), await refused(own)]).toEqual([all, all, all]);
    expect(await refused({ 'severity-cutoff': 'none' })).toEqual([]);
    expect(await refused(own)).toEqual([]);
  });

  it('takes no image for its own baseline, and none that is not there', async () => {
    const { lines } = await judge({ 'only-new': 'true', baseline: '2.0.0', 'gate-formats': 'none' });
    expect(lines.join('\n')).toContain('warning: The baseline 2.0.0 is the image itself, and is left out.');
    const first = await judge({ 'only-new': 'true', baseline: '0.9.0', 'gate-formats': 'none' });
    expect(first.outputs['refused-count']).toBe('2');
    expect(first.lines.join('\n')).toContain('warning: There is no baseline: ');
    const file = await judge({ 'only-new': 'true', baseline: './before.json', 'gate-formats': 'none' });
    expect(file.lines.join('\n')).toContain('warning: There is no baseline: ./before.json cannot be read');
    await expect(judge({ baseline: 'deployed' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  const children = async (index: string): Promise<readonly string[]> =>
    (await shop.api.artifact('shop', 'app', index)).children;

  it('takes no image in it for a baseline either', async () => {
    const [image = ''] = await children(digest);
    expect(await refused({ 'only-new': 'true', baseline: image })).toEqual(['1', '2']);
    const one = { digest: image, record: 'one-image.json' };
    expect(await refused({ ...one, 'only-new': 'true', baseline: digest })).toEqual(['1', '2']);
  });

  it('compares with an index in which there are attestations, which nobody scans', async () => {
    const { bytes } = await shop.registry.fetchManifest('shop/app', '1.0.0');
    const { manifests } = JSON.parse(Buffer.from(bytes).toString());
    const [config, statement] = [content('{}', 'application/vnd.oci.image.config.v1+json'), content('{}', inToto)];
    for (const { descriptor, bytes: blob } of [config, statement]) {
      await shop.registry.pushBlob('shop/app', { descriptor, open: async () => Readable.from([blob]) });
    }
    const blobs = { config: config.descriptor, layers: [statement.descriptor] };
    const attestation = content(JSON.stringify({ schemaVersion: 2, ...blobs }), mediaTypes.ociManifest);
    const platform = { os: 'unknown', architecture: 'unknown' };
    const all = [...manifests, { ...attestation.descriptor, platform }];
    await shop.registry.pushManifest('shop/app', attestation);
    const index = content(JSON.stringify({ schemaVersion: 2, manifests: all }), mediaTypes.ociIndex);
    await shop.registry.pushManifest('shop/app', index, 'attested');
    // Pushing it has its images scanned again, in which Harbor now finds all.
    expect(await refused({ 'only-new': 'true', baseline: 'attested' })).toEqual([]);
    await judge({ digest: index.descriptor.digest, record: 'attested.json' });
    const { platforms } = JSON.parse(await file(`${folder}/gate-report.json`));
    expect(platforms).toEqual(['linux/amd64', 'linux/arm64'].slice(0, manifests.length));
  });

  it('judges an image also where its index calls it an attestation', async () => {
    const { bytes } = await shop.registry.fetchManifest('shop/app', digest);
    const [image, hidden] = JSON.parse(Buffer.from(bytes).toString()).manifests;
    const manifests = [image, { ...hidden, platform: { os: 'unknown', architecture: 'unknown' } }];
    const index = content(JSON.stringify({ schemaVersion: 2, manifests }), mediaTypes.ociIndex);
    await shop.registry.pushManifest('shop/app', index, 'hiding');
    const outer = content(JSON.stringify({ schemaVersion: 2, manifests: [index.descriptor] }), mediaTypes.ociIndex);
    await shop.registry.pushManifest('shop/app', outer, 'around');
    for (const { descriptor } of [index, outer]) {
      await judge({ digest: descriptor.digest, record: `${descriptor.size}.json` });
      const { platforms } = JSON.parse(await file(`${folder}/gate-report.json`));
      expect(platforms).toEqual(['linux/amd64', 'linux/arm64']);
    }
    for (const name of ['image', 'hidden']) {
      const { digest: one } = name === 'image' ? image : hidden;
      await writeFile(join(shop.workspace, `${name}.json`), trivyReport(one));
    }
    const inputs = { digest: outer.descriptor.digest, record: 'files.json', 'scan-source': 'file' };
    expect(await refused({ ...inputs, 'scan-reports': 'image.json,hidden.json' })).toEqual(['9']);
    await expect(judge({ ...inputs, 'scan-reports': 'image.json' })).rejects.toMatchObject({ code: 'SCAN_FAILED' });
  });

  it('knows the platform of an image that is in no index, for exceptions of some platforms only', async () => {
    const [image = ''] = await children(digest);
    const except = (platform: string): string =>
      `  exceptions:\n    - { id: CVE-2026-0001, reason: x, platforms: [${platform}] }\n`;
    const inputs = { digest: image, record: 'single.json' };
    expect(await refused(inputs, except('linux/amd64'))).toEqual(['2']);
    expect(await refused(inputs, except('linux/arm64'))).toEqual(['1', '2']);
  });

  it('judges what a policy of the project withholds from an account that may not push', async () => {
    const access = stepPermissions.flatMap((permission) => {
      const [resource = '', action = ''] = permission.split(': ');
      return [{ resource, action }];
    });
    const robot = await shop.api.createRobot({ name: 'gate', project: 'shop', durationDays: 1, access });
    const account = { username: robot.name, password: robot.secret, record: 'none.json' };
    await shop.send('PUT', '/projects/shop', {
      metadata: { prevent_vul: 'true', severity: 'low', auto_scan: 'false' },
    });
    const built = await shop.run('build', {
      layout: 'one',
      record: 'one.json',
      platforms: 'linux/amd64',
      labels: 'n=1',
    });
    await shop.run('push', { layout: 'one', record: 'one.json', tags: 'unscanned' });
    try {
      const { outputs } = await judge({ ...account, digest: '', image: 'shop/app:unscanned' });
      expect(outputs).toMatchObject({ digest: built.outputs.digest, verdict: 'refused', 'refused-count': '2' });
      expect(
        await refused({ ...account, digest, 'only-new': 'true', baseline: 'unscanned', record: 'other.json' }),
      ).toEqual([]);
    } finally {
      await shop.send('PUT', '/projects/shop', { metadata: { prevent_vul: 'false', auto_scan: 'true' } });
    }
  }, 30_000);

  it('names the newer base image that removes most', async () => {
    await scanned('1', planted, { image: 'shop/base' });
    await scanned('2', [], { image: 'shop/base' });
    await judge({}, '  base-image: shop/base:1\n');
    const [upgrade] = JSON.parse(await file(`${folder}/gate-report.json`)).upgrades;
    expect(upgrade).toMatchObject({ package: `${shop.harbor.host}/shop/base`, isFromBase: true, refused: 2 });
    expect([upgrade.from, upgrade.to]).toEqual([
      expect.stringMatching(/^1@sha256:/),
      expect.stringMatching(/^2@sha256:/),
    ]);
    const { lines } = await judge({ 'gate-formats': 'none' }, '  base-image: shop/none:1\n');
    expect(lines.join('\n')).toContain('warning: nothing is known of newer base images: ');
  }, 30_000);

  it('judges report files, of every platform', async () => {
    const [one = '', other = ''] = await children(digest);
    await writeFile(join(shop.workspace, 'one.json'), trivyReport(one));
    await writeFile(join(shop.workspace, 'other.json'), trivyReport(other));
    const inputs = { source: 'file', 'scan-reports': 'one.json,other.json' };
    expect(await refused(inputs)).toEqual(['9']);
    await expect(judge({ ...inputs, 'scan-reports': 'one.json' })).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      exitCode: 8,
    });
    await expect(judge({ source: 'file' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('runs a scanner of this machine, and gives it nothing but the account of the registry', async () => {
    const programs = join(shop.workspace, 'programs');
    await mkdir(programs);
    // Stands in for Trivy: its data cannot be had here.
    const script = [
      `#!${process.execPath}`,
      `if (process.argv[2] === 'version') { console.log('{}'); process.exit(); }`,
      `const digest = process.argv.at(-1).split('@')[1];`,
      `const auths = JSON.parse(require('node:fs').readFileSync(process.env.DOCKER_CONFIG + '/config.json', 'utf8')).auths;`,
      `if (Object.keys(auths)[0] !== process.argv.at(-1).split('/')[0] || process.env.SECRET) process.exit(3);`,
      `console.log(${JSON.stringify(trivyReport('DIGEST'))}.replaceAll('DIGEST', digest));`,
    ];
    await writeFile(join(programs, 'trivy'), script.join('\n'));
    await chmod(join(programs, 'trivy'), 0o700);
    const environment = { PATH: `${programs}:${process.env.PATH}`, SECRET: 'of another step' };
    expect(await refused({ 'scan-source': 'trivy' }, '', environment)).toEqual(['9']);
  });

  it('wants a bill of materials where the policy says so', async () => {
    const { lines } = await judge({ 'require-sbom': 'true' });
    expect(lines.join('\n')).toMatch(/bills of materials: linux\/amd64 \d+ package/);
  });

  it('writes all reports, also of what it refuses, and says where they are before it fails', async () => {
    const runtime = shop.run('scan-gate', { digest });
    await expect(runtime).rejects.toMatchObject({ code: 'GATE_REFUSED', exitCode: 5 });
    for (const name of ['gate-report.html', 'gate-report.md', 'gate-report.csv']) {
      expect(await file(`${folder}/${name}`)).toContain('CVE-2026-0001');
    }
    const { outputs, summaries, lines } = await judge({ 'gate-formats': 'sarif,junit', 'gate-reports': 'elsewhere' });
    expect(outputs).toMatchObject({
      verdict: 'refused',
      'refused-count': '2',
      'gate-reports': 'elsewhere',
      sarif: 'elsewhere/gate-report.sarif',
      junit: 'elsewhere/gate-report.junit.xml',
    });
    expect(summaries[0]).toContain('CVE-2026-0001');
    expect(lines.join('\n')).toContain('It goes on because fail-build is false.');
    await expect(file('elsewhere/gate-report.json')).rejects.toThrow('ENOENT');
    await expect(judge({ 'gate-formats': 'serif' })).rejects.toMatchObject({
      hint: expect.stringContaining('"sarif"'),
    });
  });

  it('honours the CVE allowlist of the project, and says what Harbor will answer to a pull', async () => {
    const metadata = { prevent_vul: 'true', severity: 'high', reuse_sys_cve_allowlist: 'false' };
    await shop.send('PUT', '/projects/shop', { metadata, cve_allowlist: { items: [{ cve_id: 'CVE-2026-0001' }] } });
    expect(await refused({}, '  exceptions:\n    - { id: CVE-2026-0002, reason: x }\n')).toEqual([]);
    const report = JSON.parse(await file(`${folder}/gate-report.json`));
    expect(report.harbor).toMatchObject({ pull: 'refused', differences: [expect.stringContaining('CVE-2026-0002')] });
    expect(report.warnings.join('\n')).toContain('Excepted here, but not on the CVE allowlist of the project shop');
    await shop.send('PUT', '/projects/shop', { metadata: { prevent_vul: 'false' }, cve_allowlist: { items: [] } });
  });

  it('never lets an image through that was not scanned, whatever fail-build says', async () => {
    shop.harbor.control.setScanner('absent');
    await expect(judge({ 'scan-timeout': '4s' })).rejects.toMatchObject({ exitCode: 8 });
    shop.harbor.control.setScanner('healthy');
  }, 20_000);
});

function content(text: string, mediaType: string): Content {
  const bytes = Buffer.from(text);
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } };
}

/** A report of Trivy about one image. */
function trivyReport(digest: string): string {
  const found = { VulnerabilityID: 'CVE-2026-0009', PkgName: 'curl', InstalledVersion: '8.0', Severity: 'HIGH' };
  return JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: 'app',
    Metadata: { RepoDigests: [`shop/app@${digest}`] },
    Results: [{ Target: 'app', Class: 'os-pkgs', Type: 'alpine', Vulnerabilities: [found] }],
  });
}
