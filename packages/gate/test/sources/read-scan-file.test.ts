import { describe, expect, it } from '@jest/globals';
import { config, grypeMatch, grypeReport, manifest, read, trivyReport } from './fixtures.ts';

const trivyEntry = {
  VulnerabilityID: 'CVE-2026-1234',
  VendorIDs: ['DSA-1-1', 'GHSA-29mw-wpgm-hmr9'],
  PkgName: 'libssl3',
  PkgIdentifier: { PURL: 'pkg:apk/alpine/libssl3@3.5.0-r0' },
  InstalledVersion: '3.5.0-r0',
  FixedVersion: '3.5.1-r0',
  Status: 'fixed',
  Layer: { DiffID: 'sha256:d', Digest: 'sha256:l' },
  PrimaryURL: 'https://avd.aquasec.com/nvd/cve-2026-1234',
  Title: 'openssl: something',
  Description: 'Long',
  Severity: 'HIGH',
  CweIDs: ['CWE-79', ''],
  CVSS: {
    nvd: { V2Score: 9.9, V3Score: 7.5, V3Vector: 'CVSS:3.1/AV:N' },
    redhat: { V3Score: 5 },
    bad: { V3Score: 99 },
  },
  References: ['https://example.com/1', 'https://avd.aquasec.com/nvd/cve-2026-1234', 'javascript:alert(1)', 7, null],
  PublishedDate: '2026-05-01T00:00:00Z',
};

describe('a report of Trivy', () => {
  it('is read with all that it tells', async () => {
    const file = await read(trivyReport([trivyEntry]));
    expect(file).toMatchObject({
      format: 'Trivy',
      scanner: 'Trivy 0.68.2',
      scannedAt: '2026-10-01T10:00:00.123Z',
      about: { name: 'harbor.example.com/shop/app:1', digests: [config, manifest], platform: 'linux/arm64/v8' },
      warnings: [],
    });
    expect(file.vulnerabilities).toEqual([
      {
        id: 'CVE-2026-1234',
        aliases: ['GHSA-29mw-wpgm-hmr9'],
        package: 'libssl3',
        version: '3.5.0-r0',
        packageType: 'alpine',
        purl: 'pkg:apk/alpine/libssl3@3.5.0-r0',
        layer: 'sha256:l',
        fixVersion: '3.5.1-r0',
        status: 'fixed',
        severity: 'High',
        cvssScore: 7.5,
        cvssVector: 'CVSS:3.1/AV:N',
        title: 'openssl: something',
        description: 'Long',
        links: ['https://avd.aquasec.com/nvd/cve-2026-1234', 'https://example.com/1'],
        cwes: ['CWE-79'],
        publishedAt: '2026-05-01T00:00:00.000Z',
      },
    ]);
  });

  it('keeps every entry, whatever is missing in it', async () => {
    const { vulnerabilities } = await read(trivyReport([{ Severity: 'WEIRD' }, null, { VulnerabilityID: null }, 'x']));
    expect(vulnerabilities).toHaveLength(4);
    for (const one of vulnerabilities) {
      expect(one).toMatchObject({ id: '(no id)', package: '(no package)', version: '', severity: 'Unknown' });
    }
  });

  it('keeps the texts of a vulnerability once, however many packages have it', async () => {
    const texts = { VulnerabilityID: 'CVE-1', Title: 't', Description: 'd', References: ['https://example.com/1'] };
    const other = { ...texts, PkgName: 'c', Description: 'another' };
    const { vulnerabilities } = await read(
      trivyReport([{ ...texts, PkgName: 'a' }, { ...texts, PkgName: 'b' }, other]),
    );
    const [one, two, three] = vulnerabilities;
    expect(two).toEqual({ ...one, package: 'b' });
    expect(two?.links).toBe(one?.links);
    expect(three).toEqual({ ...one, package: 'c', description: 'another' });
  });

  it('tells where packages of languages are', async () => {
    const vulnerabilities = [{ PkgName: 'a' }, { PkgName: 'b', PkgPath: 'usr/lib/b' }];
    const result = (Target: string, Type: string): object => ({
      Target,
      Class: 'lang-pkgs',
      Type,
      Vulnerabilities: vulnerabilities,
    });
    const file = await read(trivyReport([], { Results: [result('Cargo.lock', 'cargo'), result('Ruby', 'gemspec')] }));
    expect(file.vulnerabilities.map(({ path }) => path)).toEqual(['Cargo.lock', 'usr/lib/b', undefined, 'usr/lib/b']);
  });

  it('warns of a system without updates, and of what was left out', async () => {
    const Results = [{ Class: 'os-pkgs', ExperimentalModifiedFindings: [{ Status: 'ignored' }, {}] }];
    const { warnings } = await read(
      trivyReport([], { Results, Metadata: { OS: { Family: 'alpine', Name: '3.10.2', EOSL: true } } }),
    );
    expect(warnings).toEqual([
      'alpine 3.10.2 gets no more security updates, and nobody may tell of its vulnerabilities any more.',
      'Trivy left out 2 by rules of its own.',
    ]);
  });

  it.each([{ 0: trivyEntry }, 'CVE-1', 1])(
    'with %j in place of the list is none that somebody could judge',
    async (list) => {
      await expect(read(trivyReport(list))).rejects.toMatchObject({ code: 'SCAN_FAILED' });
    },
  );

  it.each(['filesystem', 'repository', 'vm'])('about a %s is none about an image', async (ArtifactType) => {
    await expect(read(trivyReport([trivyEntry], { ArtifactType }))).rejects.toMatchObject({
      code: 'SCAN_FAILED',
      message: expect.stringContaining(`is about no image, but of the kind "${ArtifactType}"`),
    });
  });

  it('without vulnerabilities is clean only when it names what was looked at', async () => {
    expect((await read(trivyReport(null))).vulnerabilities).toEqual([]);
    for (const Results of [undefined, null, [], [{ Class: 'secret', Type: '' }]]) {
      await expect(read(trivyReport([], { Results }))).rejects.toMatchObject({ code: 'SCAN_FAILED', exitCode: 8 });
    }
  });
});

describe('a report of Grype', () => {
  it('is read with all that it tells', async () => {
    const file = await read(grypeReport([grypeMatch], { ignoredMatches: [{}] }));
    expect(file).toMatchObject({
      format: 'Grype',
      scanner: 'Grype 0.104.0',
      scannedAt: '2026-10-01T08:00:00.000Z',
      dataUpdatedAt: '2026-09-30T04:00:00.000Z',
      about: { name: 'harbor.example.com/shop/app:1', digests: [config, manifest], platform: 'linux/amd64' },
      warnings: ['Grype left out 1 by rules of its own.'],
    });
    expect(file.vulnerabilities).toEqual([
      {
        id: 'GHSA-29mw-wpgm-hmr9',
        aliases: ['CVE-2020-28500'],
        package: 'lodash',
        version: '4.17.20',
        packageType: 'npm',
        purl: 'pkg:npm/lodash@4.17.20',
        path: 'app/package-lock.json',
        layer: expect.stringMatching(/^sha256:/),
        fixVersion: '4.17.21',
        status: 'fixed',
        severity: 'Medium',
        cvssScore: 5.3,
        cvssVector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L',
        description: 'Regular Expression Denial of Service in lodash',
        links: ['https://github.com/advisories/GHSA-29mw-wpgm-hmr9', 'https://nvd.nist.gov/vuln/detail/CVE-2020-28500'],
        cwes: ['CWE-1333'],
        fixedAt: '2021-02-19T00:00:00.000Z',
        epss: 0.004,
        isKnownExploited: true,
      },
    ]);
  });

  it('of an older version is read, too', async () => {
    const descriptor = { name: 'grype', version: '0.74.0', db: { built: '2024-01-01T00:00:00Z' } };
    const match = {
      vulnerability: { id: 'CVE-1', severity: 'Negligible', fix: { versions: [], state: 'wont-fix' } },
      relatedVulnerabilities: null,
      artifact: { name: 'bash', version: '5.0-4', type: 'deb', locations: [] },
    };
    const file = await read(grypeReport([match, {}], { descriptor }));
    expect(file.dataUpdatedAt).toBe('2024-01-01T00:00:00.000Z');
    expect(file.vulnerabilities[0]).toEqual({
      id: 'CVE-1',
      package: 'bash',
      version: '5.0-4',
      packageType: 'deb',
      severity: 'Negligible',
      status: 'will_not_fix',
    });
    expect(file.vulnerabilities[1]).toMatchObject({ id: '(no id)', severity: 'Unknown' });
  });

  it('tells of a system without updates, and the place of a package by what it was found by', async () => {
    const locations = [
      { path: '/usr/share/doc/bash/copyright', layerID: 'sha256:base', annotations: { evidence: 'supporting' } },
      { path: '/var/lib/dpkg/status', layerID: 'sha256:top', annotations: { evidence: 'primary' } },
    ];
    const match = { ...grypeMatch, artifact: { ...grypeMatch.artifact, locations } };
    const alertsByPackage = [{ package: {}, alerts: [{ type: 'distro-eol' }] }];
    const file = await read(grypeReport([match], { alertsByPackage }));
    expect(file.vulnerabilities).toMatchObject([{ path: 'var/lib/dpkg/status', layer: 'sha256:base' }]);
    expect(file.warnings).toEqual([expect.stringContaining('The system of 1 package gets no more security updates')]);
  });

  it('without matches is clean; one without the list is none', async () => {
    expect((await read(grypeReport([]))).vulnerabilities).toEqual([]);
    await expect(read(grypeReport(null))).rejects.toMatchObject({ code: 'SCAN_FAILED' });
  });

  it.each(['directory', 'file', 'purl', 'cpe', 'snap'])('about a %s is none about an image', async (type) => {
    const source = { type, target: '/src' };
    await expect(read(grypeReport([], { source }))).rejects.toMatchObject({ code: 'SCAN_FAILED' });
  });
});

describe('CycloneDX', () => {
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      timestamp: '2026-10-01T10:00:00Z',
      tools: { components: [{ type: 'application', name: 'trivy', version: '0.68.2' }] },
      component: {
        name: 'app',
        purl: `pkg:oci/app@${manifest.replace(':', '%3A')}?arch=amd64`,
        properties: [{ name: 'aquasecurity:trivy:ImageID', value: config }],
      },
    },
    components: [
      {
        'bom-ref': 'outer',
        name: 'bundle',
        components: [
          {
            'bom-ref': 'core',
            group: '@babel',
            name: 'core',
            version: '7.0.0',
            purl: 'pkg:npm/%40babel/core@7.0.0',
            properties: [
              { name: 'aquasecurity:trivy:LayerDigest', value: 'sha256:l' },
              { name: 'aquasecurity:trivy:FilePath', value: 'app/node_modules/@babel/core/package.json' },
            ],
          },
        ],
      },
    ],
  };
  const vulnerability = {
    id: 'CVE-2026-1',
    source: { name: 'ghsa', url: 'https://github.com/advisories' },
    references: [{ id: 'GHSA-1', source: {} }],
    ratings: [
      { source: { name: 'nvd' }, score: 9.8, severity: 'critical', method: 'CVSSv31', vector: 'CVSS:3.1/AV:N' },
      { source: { name: 'ghsa' }, score: 10, severity: 'high', method: 'CVSSv2' },
    ],
    cwes: [79],
    recommendation: 'Upgrade other to version 1.0; Upgrade @babel/core to version 7.1.0',
    advisories: [{ url: 'https://example.com/a' }],
    published: '2026-01-01T00:00:00Z',
    affects: [{ ref: 'urn:cdx:3e671687/1#core' }, { ref: 'pkg:npm/gone@1.0.0' }],
  };

  it.each([
    ['trivy', undefined, false],
    ['grype', 'Upgrade other to version 1.0', false],
    ['grype', undefined, true],
  ])('of %s with the advice %p has no word about fixes: %p', async (name, recommendation, lacksFixes) => {
    const metadata = { ...bom.metadata, tools: { components: [{ name }] } };
    const file = await read({ ...bom, metadata, vulnerabilities: [{ ...vulnerability, recommendation }] });
    expect(file.lacksFixes).toBe(lacksFixes);
  });

  it('with vulnerabilities is read with the components that they are in', async () => {
    const file = await read({ ...bom, vulnerabilities: [vulnerability, { id: 'CVE-2026-2', ratings: null }] });
    expect(file).toMatchObject({
      format: 'CycloneDX',
      scanner: 'trivy 0.68.2',
      about: { name: 'app', digests: [manifest, config] },
    });
    const common = {
      id: 'CVE-2026-1',
      aliases: ['GHSA-1'],
      severity: 'High',
      cvssScore: 9.8,
      cvssVector: 'CVSS:3.1/AV:N',
      links: ['https://github.com/advisories', 'https://example.com/a'],
      cwes: ['CWE-79'],
      publishedAt: '2026-01-01T00:00:00.000Z',
    };
    expect(file.vulnerabilities).toEqual([
      {
        ...common,
        package: '@babel/core',
        version: '7.0.0',
        packageType: 'npm',
        purl: 'pkg:npm/%40babel/core@7.0.0',
        path: 'app/node_modules/@babel/core/package.json',
        layer: 'sha256:l',
        fixVersion: '7.1.0',
      },
      // What "other" is is not known: somebody has a fix.
      {
        ...common,
        package: 'gone',
        version: '1.0.0',
        packageType: 'npm',
        purl: 'pkg:npm/gone@1.0.0',
        status: 'fixed',
      },
      { id: 'CVE-2026-2', severity: 'Unknown', package: '(no package)', version: '' },
    ]);
  });

  it('counts by the source of the vulnerability for packages of one kind, else by the worst word', async () => {
    const components = [
      { 'bom-ref': 'p', name: 'p', purl: 'pkg:npm/p@0.1' },
      { 'bom-ref': 'q', name: 'q', purl: 'pkg:npm/q@0.1' },
      { 'bom-ref': 'd', name: 'd', purl: 'pkg:deb/debian/d@0.1' },
    ];
    const severitiesOf = async (...references: string[]): Promise<unknown> => {
      const affects = references.map((ref) => ({ ref }));
      const file = await read({ ...bom, components, vulnerabilities: [{ ...vulnerability, affects }] });
      return file.vulnerabilities.map(({ severity }) => severity);
    };
    expect(await severitiesOf('p', 'q')).toEqual(['High', 'High']);
    expect(await severitiesOf('p', 'd')).toEqual(['Critical', 'Critical']);
  });

  it('of Trivy about a folder is none about an image; of others the kind says little', async () => {
    const component = { type: 'application', name: 'src' };
    const of = (name: string): object => ({
      ...bom,
      metadata: { component, tools: [{ name }] },
      vulnerabilities: [vulnerability],
    });
    await expect(read(of('trivy'))).rejects.toMatchObject({ code: 'SCAN_FAILED' });
    expect((await read(of('Dependency-Track'))).vulnerabilities).toHaveLength(2);
  });

  it('tells fixes of packages that the package URL writes otherwise, and not those of other packages', async () => {
    const components = [
      { 'bom-ref': 'p', name: 'Ruamel.Yaml', purl: 'pkg:pypi/ruamel-yaml@0.1' },
      { 'bom-ref': 'q', name: 'q', purl: 'pkg:pypi/q@0.1' },
    ];
    const fixesWith = async (recommendation: string): Promise<unknown> => {
      const affects = [{ ref: 'p' }, { ref: 'q' }];
      const file = await read({ ...bom, components, vulnerabilities: [{ ...vulnerability, recommendation, affects }] });
      return file.vulnerabilities.map(({ fixVersion, status }) => fixVersion ?? status);
    };
    expect(await fixesWith('Upgrade ruamel.yaml to version 1.0')).toEqual(['1.0', undefined]);
    expect(await fixesWith('Take version 2')).toEqual(['fixed', 'fixed']);
  });

  it('without vulnerabilities does not say that somebody has looked for some', async () => {
    for (const vulnerabilities of [undefined, []]) {
      await expect(read({ ...bom, vulnerabilities })).rejects.toMatchObject({ code: 'SCAN_FAILED' });
    }
  });
});

describe('a file that is no report', () => {
  it.each([
    {},
    [],
    { vulnerabilities: [] },
    { SchemaVersion: 1, ArtifactName: 'app' },
    { version: '2.0.0', runs: [] },
    { matches: [] },
    'null',
    '"text"',
  ])('is refused: %j', async (content) => {
    await expect(read(content)).rejects.toMatchObject({ code: 'INPUT_INVALID', exitCode: 2 });
  });
});
