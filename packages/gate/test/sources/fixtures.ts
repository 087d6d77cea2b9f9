import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '@harbor-pilot/oci';
import { readScanFile } from '../../src/sources/read-scan-file.ts';
import type { ScanFile } from '../../src/sources/scan-file.ts';

/** A folder that goes with the process of the test. */
export const folder = mkdtempSync(join(tmpdir(), 'gate-sources-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Writes a report and gives its path. */
export function reportFile(content: unknown): string {
  files += 1;
  const file = join(folder, `report-${files}.json`);
  writeFileSync(file, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return file;
}

/** Reads a report with some content. */
export function read(content: unknown): Promise<ScanFile> {
  return readScanFile(reportFile(content));
}

export const manifest = digestOf('a manifest');
export const config = digestOf('a configuration');

/** A report in the shape of Trivy's. */
export function trivyReport(vulnerabilities: unknown, more: object = {}): object {
  return {
    SchemaVersion: 2,
    Trivy: { Version: '0.68.2' },
    CreatedAt: '2026-10-01T10:00:00.123456789Z',
    ArtifactName: 'harbor.example.com/shop/app:1',
    ArtifactType: 'container_image',
    Metadata: {
      OS: { Family: 'alpine', Name: '3.22.1' },
      ImageID: config,
      RepoDigests: [`harbor.example.com/shop/app@${manifest}`],
      ImageConfig: { os: 'linux', architecture: 'arm64', variant: 'v8' },
    },
    Results: [
      { Target: 'app (alpine 3.22.1)', Class: 'os-pkgs', Type: 'alpine', Vulnerabilities: vulnerabilities },
      { Target: 'app/package-lock.json', Class: 'lang-pkgs', Type: 'npm', Packages: [{ Name: 'left-pad' }] },
    ],
    ...more,
  };
}

/** A report in the shape of Grype's. */
export function grypeReport(matches: unknown, more: object = {}): object {
  return {
    matches,
    source: {
      type: 'image',
      target: {
        userInput: 'harbor.example.com/shop/app:1',
        imageID: config,
        manifestDigest: manifest,
        repoDigests: [],
        architecture: 'amd64',
        os: 'linux',
      },
    },
    distro: { name: 'debian', version: '13' },
    descriptor: {
      name: 'grype',
      version: '0.104.0',
      timestamp: '2026-10-01T10:00:00+02:00',
      db: { status: { schemaVersion: 'v6.1.3', built: '2026-09-30T04:00:00Z', valid: true } },
    },
    ...more,
  };
}

/** A match of Grype with all that newer versions tell. */
export const grypeMatch = {
  vulnerability: {
    id: 'GHSA-29mw-wpgm-hmr9',
    dataSource: 'https://github.com/advisories/GHSA-29mw-wpgm-hmr9',
    namespace: 'github:language:javascript',
    severity: 'Medium',
    urls: [],
    description: 'Regular Expression Denial of Service in lodash',
    cvss: [
      { version: '2.0', vector: 'AV:N', metrics: { baseScore: 9.9 } },
      { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L', metrics: { baseScore: 5.3 } },
    ],
    epss: [{ cve: 'CVE-2020-28500', epss: 0.004, percentile: 0.6, date: '2026-09-30' }],
    knownExploited: [{ cve: 'CVE-2020-28500', dateAdded: '2026-01-01' }],
    fix: {
      versions: ['4.17.21'],
      state: 'fixed',
      available: [
        { version: '4.17.21', date: '2021-02-20', kind: 'first-observed' },
        { version: '4.17.21', date: '2021-02-19', kind: 'advisory' },
      ],
    },
  },
  relatedVulnerabilities: [
    {
      id: 'CVE-2020-28500',
      severity: 'Medium',
      urls: ['https://nvd.nist.gov/vuln/detail/CVE-2020-28500', 'javascript:alert(1)'],
      cvss: [],
      cwes: [{ cve: 'CVE-2020-28500', cwe: 'CWE-1333' }],
    },
  ],
  artifact: {
    name: 'lodash',
    version: '4.17.20',
    type: 'npm',
    locations: [{ path: '/app/package-lock.json', layerID: digestOf('a layer') }],
    purl: 'pkg:npm/lodash@4.17.20',
  },
};
