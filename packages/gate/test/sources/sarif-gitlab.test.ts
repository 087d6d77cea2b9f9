import { describe, expect, it } from '@jest/globals';
import { config, manifest, read } from './fixtures.ts';

describe('SARIF', () => {
  const trivyRun = {
    // Keys may come in any order: results before the rules that they name.
    results: [
      {
        ruleId: 'CVE-2026-1',
        ruleIndex: 0,
        level: 'error',
        message: {
          text: 'Package: lodash\nInstalled Version: 4.17.20\nVulnerability CVE-2026-1\nSeverity: CRITICAL\nFixed Version: 4.17.21\nLink: [CVE-2026-1](https://example.com)',
        },
        locations: [{ physicalLocation: { artifactLocation: { uri: 'app/package-lock.json' } } }],
      },
      { ruleId: 'CVE-2026-1', kind: 'pass' },
      { ruleId: 'CVE-2026-1', baselineState: 'absent' },
      { ruleId: 'CVE-0', level: 'error', message: {} },
    ],
    tool: {
      driver: {
        name: 'Trivy',
        version: '0.68.2',
        rules: [
          {
            id: 'CVE-2026-1',
            name: 'LanguageSpecificPackageVulnerability',
            shortDescription: { text: 'lodash: something' },
            fullDescription: { text: 'Long' },
            helpUri: 'https://example.com/help',
            help: { text: 'Vulnerability CVE-2026-1\nSeverity: CRITICAL\nPackage: other\n\nSeverity: LOW' },
            properties: { 'security-severity': '9.5', cvssv3_baseScore: 8.1, cvssv3_vector: 'CVSS:3.1/AV:N' },
          },
        ],
      },
    },
    properties: { imageName: 'shop/app', imageID: config, repoDigests: [`shop/app@${manifest}`], repoTags: null },
  };
  const sarif = (...runs: object[]): object => ({ version: '2.1.0', runs });

  it('of Trivy is read, with what stands in the texts', async () => {
    const file = await read(sarif(trivyRun));
    expect(file).toMatchObject({
      format: 'SARIF',
      scanner: 'Trivy 0.68.2',
      about: { name: 'shop/app', digests: [config, manifest] },
    });
    expect(file.vulnerabilities).toEqual([
      {
        id: 'CVE-2026-1',
        package: 'lodash',
        version: '4.17.20',
        path: 'app/package-lock.json',
        fixVersion: '4.17.21',
        severity: 'Critical',
        cvssScore: 8.1,
        cvssVector: 'CVSS:3.1/AV:N',
        title: 'lodash: something',
        description: 'Long',
        links: ['https://example.com/help'],
      },
      // The level is no rating.
      { id: 'CVE-0', package: '(no package)', version: '', severity: 'Unknown' },
    ]);
  });

  it.each([
    ['Trivy', 'Package: a', false],
    ['Snyk', 'Fixed Version: 2', false],
    ['Snyk', 'a is old', true],
  ])('of %s that says "%s" has no word about fixes: %p', async (name, text, lacksFixes) => {
    const results = [{ ruleId: 'CVE-1', message: { text } }];
    const file = await read(sarif({ ...trivyRun, tool: { driver: { name } }, results }));
    expect(file.lacksFixes).toBe(lacksFixes);
  });

  it('of Trivy has scores of CVSS 4, too', async () => {
    const properties = { cvssv3_baseScore: 5, cvssv40_baseScore: 9.2, cvssv40_vector: 'CVSS:4.0/AV:N' };
    const driver = { name: 'Trivy', rules: [{ id: 'CVE-1', properties }] };
    const { vulnerabilities } = await read(sarif({ ...trivyRun, tool: { driver }, results: [{ ruleId: 'CVE-1' }] }));
    expect(vulnerabilities).toMatchObject([{ cvssScore: 9.2, cvssVector: 'CVSS:4.0/AV:N' }]);
  });

  it('of Grype is read, whose rules are of one package each', async () => {
    const file = await read(
      sarif({
        tool: {
          driver: {
            name: 'grype',
            version: '0.104.0',
            rules: [
              {
                id: 'CVE-2024-1-libssl3',
                name: 'ApkMatcherExactDirectMatch',
                shortDescription: { text: 'CVE-2024-1 high vulnerability for libssl3 package' },
                help: {
                  text: 'Vulnerability CVE-2024-1\nSeverity: high\nPackage: libssl3\nVersion: 3.1.4-r2\nFix Version: 3.1.4-r3\nType: apk\nLocation: /lib/apk/db/installed\nData Namespace: alpine:distro:alpine:3.19\nLink: [CVE-2024-1](https://example.com)',
                },
                properties: { 'security-severity': '7.5', purls: ['pkg:apk/alpine/libssl3@3.1.4-r2'] },
              },
            ],
          },
        },
        results: [
          {
            ruleId: 'CVE-2024-1-libssl3',
            message: { text: 'A high vulnerability in apk package: libssl3, version 3.1.4-r2 was found' },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'image//lib/apk/db/installed' } } }],
          },
        ],
      }),
    );
    expect(file.vulnerabilities).toEqual([
      {
        id: 'CVE-2024-1',
        package: 'libssl3',
        version: '3.1.4-r2',
        packageType: 'apk',
        purl: 'pkg:apk/alpine/libssl3@3.1.4-r2',
        path: 'lib/apk/db/installed',
        fixVersion: '3.1.4-r3',
        severity: 'High',
        title: 'CVE-2024-1 high vulnerability for libssl3 package',
        description: expect.stringContaining('was found'),
      },
    ]);
  });

  it('is about more than vulnerabilities: secrets, licenses and settings are only counted', async () => {
    const rules = [
      { id: 'aws-key', name: 'Secret' },
      { id: 'DS002', name: 'Misconfiguration' },
      { id: 'CVE-1', name: 'OsPackageVulnerability' },
    ];
    const results = [{ ruleId: 'aws-key' }, { ruleId: 'DS002' }, { ruleId: 'CVE-1' }];
    const file = await read(sarif({ ...trivyRun, tool: { driver: { name: 'Trivy', rules } }, results }));
    expect(file.vulnerabilities.map(({ id }) => id)).toEqual(['CVE-1']);
    expect(file.warnings).toEqual([expect.stringContaining('tells of 2 secrets, licenses or settings')]);
  });

  it('of an older Grype names the vulnerability only in the text, and calls everything suppressed', async () => {
    const id = 'ANCHOREVULN_app:1_CVE-2021-1_deb_bash_5.0-4';
    const text =
      'Vulnerability CVE-2021-1\nSeverity: High\nPackage: bash\nVersion: 5.0-4\nFix Version: \nType: deb\nLocation: /var/lib/dpkg/status';
    const run = {
      tool: { driver: { name: 'Anchore Container Vulnerability Report (T0)', rules: [{ id, help: { text } }] } },
      results: [
        { ruleId: id, ruleIndex: 0, level: 'error', suppressions: [{ kind: 'external' }], baselineState: 'unchanged' },
      ],
    };
    expect((await read(sarif(run))).vulnerabilities).toEqual([
      {
        id: 'CVE-2021-1',
        package: 'bash',
        version: '5.0-4',
        packageType: 'deb',
        path: 'var/lib/dpkg/status',
        severity: 'High',
      },
    ]);
  });

  describe('of Grype whose rule is of a package that is there twice', () => {
    const help = (severity: string): string =>
      `Vulnerability CVE-1\nSeverity: ${severity}\nPackage: lodash\nVersion: 4.17.20\nFix Version: 4.17.21\nType: npm\nLocation: /a/lock.json`;
    const grypeRun = (severity: string, score: string, ...places: string[]): object => ({
      tool: {
        driver: {
          name: 'grype',
          rules: [
            {
              id: 'CVE-1-lodash',
              help: { text: help(severity) },
              properties: { 'security-severity': score, purls: ['pkg:npm/lodash@4.17.20'] },
            },
          ],
        },
      },
      results: places.map((place) => ({
        ruleId: 'CVE-1-lodash',
        message: { text: `A ${severity} vulnerability in npm package: lodash, version ${place}` },
      })),
    });

    it('tells of each by its own sentence', async () => {
      const file = await read(
        sarif(
          grypeRun(
            'high',
            '7.5',
            '4.17.20 was found in image shop/app:1 at: /a/lock.json',
            '3.0.0 was found in image shop/app:1 at: /b/lock.json',
          ),
        ),
      );
      expect(file.about.name).toBe('shop/app:1');
      expect(file.vulnerabilities).toMatchObject([
        { package: 'lodash', version: '4.17.20', path: 'a/lock.json', purl: 'pkg:npm/lodash@4.17.20' },
        { package: 'lodash', version: '3.0.0', path: 'b/lock.json' },
      ]);
      expect(file.vulnerabilities[1]).not.toHaveProperty('purl');
    });

    it('is unrated where "low" comes without a score, and in doubt where it comes with a higher one', async () => {
      const place = '4.17.20 was found in image shop/app:1 at: /a/lock.json';
      const [unrated, low, doubtful] = await Promise.all(
        ['0.0', '1.0', '9.8'].map((score) => read(sarif(grypeRun('low', score, place)))),
      );
      expect([unrated, low, doubtful].map((file) => file?.vulnerabilities[0]?.severity)).toEqual([
        'Unknown',
        'Low',
        'Low',
      ]);
      expect([unrated?.warnings, low?.warnings]).toEqual([[], []]);
      expect(doubtful?.warnings).toEqual([expect.stringContaining('calls unrated ones low, too')]);
    });

    it('is no word about an image when it is about a folder', async () => {
      await expect(read(sarif(grypeRun('high', '7.5', '3.0.0 was found at: /src/lock.json')))).rejects.toMatchObject({
        code: 'SCAN_FAILED',
      });
    });
  });

  it('of Docker Scout is read by the table in its texts, and by its rules', async () => {
    const rule = (id: string, severity: string): object => ({
      id,
      name: 'OsPackageVulnerability',
      properties: {
        cvssV3_severity: severity,
        fixed_version: 'not fixed',
        purls: ['pkg:deb/debian/apt@2.6.1?os_name=debian', 'pkg:deb/debian/libapt@2.6.1'],
        'security-severity': '3.1',
      },
    });
    const table = (severity: string, fix: string): string =>
      `  Vulnerability   : CVE-1           \n  Severity        : ${severity}      \n  Package         : pkg:deb/debian/apt@2.6.1?os_name=debian  \n  Affected range  : >=2.6.0  \n                  : <2.6.2  \n  Fixed version   : ${fix}   \n`;
    const results = [
      { ruleId: 'CVE-1', message: { text: table('HIGH', '2.6.2') } },
      { ruleId: 'CVE-1', message: { text: table('UNSPECIFIED', 'not fixed') } },
      { ruleId: 'CVE-2', message: { text: 'A table for people' } },
    ];
    const rules = [rule('CVE-1', 'HIGH'), rule('CVE-2', 'UNSPECIFIED')];
    const locations = [{ physicalLocation: { artifactLocation: { uri: 'Dockerfile' } } }];
    const file = await read(
      sarif({
        tool: { driver: { name: 'docker scout', rules } },
        results: results.map((one) => ({ ...one, locations })),
      }),
    );
    const apt = { package: 'apt', version: '2.6.1', purl: 'pkg:deb/debian/apt@2.6.1?os_name=debian' };
    expect(file.lacksFixes).toBe(false);
    expect(file.vulnerabilities).toEqual([
      { ...apt, id: 'CVE-1', severity: 'High', fixVersion: '2.6.2', description: expect.any(String) },
      { ...apt, id: 'CVE-1', severity: 'Unknown', description: expect.any(String) },
      { id: 'CVE-2', package: '(no package)', version: '', severity: 'Unknown', description: expect.any(String) },
    ]);
  });

  it('of Snyk is read by its sentences; the name of the image is no place in it', async () => {
    const rules = [
      {
        id: 'SNYK-LINUX-BZIP2-106947',
        fullDescription: { text: '(CVE-2016-3189) bzip2/libbz2-1.0@1.0.6-8.1' },
        properties: { cvssv3_baseScore: 6.5, 'security-severity': '6.5' },
      },
    ];
    const result = {
      ruleId: 'SNYK-LINUX-BZIP2-106947',
      message: { text: 'This file introduces a vulnerable bzip2 package with a low severity vulnerability.' },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'shop/app' } },
          logicalLocations: [{ fullyQualifiedName: 'bzip2@1.0.6-8.1' }],
        },
      ],
    };
    const file = await read(sarif({ tool: { driver: { name: 'Snyk Container', rules } }, results: [result] }));
    expect(file.lacksFixes).toBe(true);
    expect(file.vulnerabilities).toEqual([
      {
        id: 'SNYK-LINUX-BZIP2-106947',
        aliases: ['CVE-2016-3189'],
        package: 'bzip2',
        version: '1.0.6-8.1',
        severity: 'Low',
        cvssScore: 6.5,
        description: '(CVE-2016-3189) bzip2/libbz2-1.0@1.0.6-8.1',
      },
    ]);
  });

  it('takes package and version of the package URL, where it is one and no text names them', async () => {
    const run = (...purls: string[]): object => ({
      tool: { driver: { name: 'docker scout', rules: [{ id: 'CVE-1', properties: { purls } }] } },
      results: [{ ruleId: 'CVE-1' }],
    });
    const one = await read(sarif(run('pkg:npm/%40a/b@1.2')));
    expect(one.vulnerabilities).toMatchObject([{ package: '@a/b', version: '1.2', purl: 'pkg:npm/%40a/b@1.2' }]);
    const several = await read(sarif(run('pkg:npm/a@1', 'pkg:npm/b@1')));
    expect(several.vulnerabilities).toEqual([
      { id: 'CVE-1', package: '(no package)', version: '', severity: 'Unknown' },
    ]);
  });

  it('takes the number of the rule for the severity where no word is', async () => {
    const rules = [{ id: 'other' }, { id: 'rule', properties: { 'security-severity': '7.2' } }];
    const run = { tool: { driver: { name: 'x', rules } }, results: [{ ruleIndex: 1 }, { ruleId: 'rule' }] };
    const file = await read(sarif(trivyRun, run));
    expect(file.vulnerabilities.slice(2).map(({ severity }) => severity)).toEqual(['High', 'High']);
  });

  it('is clean when there is a list of results without any', async () => {
    expect((await read(sarif({ ...trivyRun, results: [] }))).vulnerabilities).toEqual([]);
    const snyk = { tool: { driver: { name: 'Snyk Container' } }, results: [] };
    expect((await read(sarif(snyk))).vulnerabilities).toEqual([]);
  });

  it.each([
    [{ tool: {} }],
    [{ results: null }],
    [{ results: [], invocations: [{ executionSuccessful: false }] }],
    // Others that write SARIF, and Trivy about a folder.
    [{ tool: { driver: { name: 'CodeQL' } }, results: [] }],
    [{ results: [] }],
    [{ ...trivyRun, properties: {} }],
    [],
  ])('is no verdict when it has not looked for any in an image, or has failed (%#)', async (...runs) => {
    await expect(read(sarif(...runs))).rejects.toMatchObject({ code: 'SCAN_FAILED', exitCode: 8 });
  });
});

describe("GitLab's report of container scanning", () => {
  const scan = {
    scanner: { id: 'trivy', name: 'Trivy', version: '0.68.2' },
    end_time: '2026-10-01T10:00:00',
    status: 'success',
    type: 'container_scanning',
  };
  const location = (image: string): object => ({
    dependency: { package: { name: 'busybox' }, version: '1.30.1-r2' },
    operating_system: 'alpine 3.22.1',
    image,
  });
  const vulnerability = {
    id: '9b2dd2b1e7e1cb0bd0b4f4e6a6d2c4e1a2f5c1d0',
    name: 'CVE-2026-1 in busybox',
    description: 'Long',
    severity: 'Info',
    solution: 'Upgrade busybox from 1.30.1-r2 to 1.30.1-r5',
    location: location(`harbor.example.com/shop/app@${manifest}`),
    identifiers: [
      { type: 'cve', name: 'CVE-2026-1', value: 'CVE-2026-1', url: 'https://example.com/1' },
      { type: 'ghsa', name: 'GHSA-1', value: 'GHSA-1' },
      { type: 'cwe', name: 'CWE-79', value: '79' },
    ],
    cvss_vectors: [
      { vendor: 'NVD', vector: 'AV:N' },
      { vendor: 'NVD', vector: 'CVSS:3.1/AV:N' },
    ],
    links: [{ url: 'https://example.com/2' }, {}],
  };

  it('is read with all that it tells', async () => {
    const file = await read({ version: '15.2.2', scan, vulnerabilities: [vulnerability, { severity: 'Unknown' }] });
    expect(file).toMatchObject({
      format: 'GitLab',
      scanner: 'Trivy 0.68.2',
      scannedAt: '2026-10-01T10:00:00.000Z',
      about: { digests: [manifest] },
    });
    expect(file.vulnerabilities).toEqual([
      {
        id: 'CVE-2026-1',
        aliases: ['GHSA-1'],
        package: 'busybox',
        version: '1.30.1-r2',
        packageType: 'alpine',
        fixVersion: '1.30.1-r5',
        severity: 'Negligible',
        cvssVector: 'CVSS:3.1/AV:N',
        title: 'CVE-2026-1 in busybox',
        description: 'Long',
        links: ['https://example.com/1', 'https://example.com/2'],
        cwes: ['CWE-79'],
      },
      { id: '(no id)', package: '(no package)', version: '', severity: 'Unknown' },
    ]);
  });

  it.each([
    ['Upgrade a to 1.1', 'Clair', '1.1', undefined, false],
    ['Fixed in 1.1', 'Clair', undefined, 'fixed', false],
    ['No solution provided', 'Trivy', undefined, undefined, false],
    ['No solution provided', 'Clair', undefined, undefined, true],
    [undefined, 'Clair', undefined, undefined, true],
  ])('with the solution %p of %s has the fix %p, the status %p; no word about fixes: %p', async (...row) => {
    const [solution, name, fixVersion, status, lacksFixes] = row;
    const file = await read({
      scan: { ...scan, scanner: { name } },
      vulnerabilities: [{ ...vulnerability, solution }],
    });
    const [one] = file.vulnerabilities;
    expect([one?.fixVersion, one?.status, file.lacksFixes]).toEqual([fixVersion, status, lacksFixes]);
  });

  it('is clean when the scan was a success', async () => {
    expect((await read({ scan, vulnerabilities: [] })).vulnerabilities).toEqual([]);
  });

  it.each([
    [{ scan: { ...scan, status: 'failure' }, vulnerabilities: [] }],
    [{ scan: {}, vulnerabilities: [] }],
    [{ scan: { ...scan, type: 'sast' }, vulnerabilities: [vulnerability] }],
    [{ scan, vulnerabilities: [vulnerability, { ...vulnerability, location: location('other') }] }],
  ])('is no verdict on an image otherwise (%#)', async (report) => {
    await expect(read(report)).rejects.toMatchObject({ code: 'SCAN_FAILED', exitCode: 8 });
  });
});
