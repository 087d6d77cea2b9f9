import { PilotError } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import type { ScanFile } from '../../src/sources/scan-file.ts';
import { config, grypeMatch, grypeReport, manifest, read, trivyReport } from './fixtures.ts';

const reports: Readonly<Record<string, object>> = {
  Trivy: trivyReport([
    { VulnerabilityID: 'CVE-1', PkgName: 'a', Severity: 'LOW', CVSS: { nvd: { V3Score: 1 } }, Layer: {} },
  ]),
  Grype: grypeReport([grypeMatch]),
  SARIF: {
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Trivy',
            rules: [{ id: 'CVE-1', name: 'x', help: { text: 'Package: a' }, properties: { purls: ['x'] } }],
          },
        },
        results: [
          { ruleId: 'CVE-1', ruleIndex: 0, message: { text: 'Package: a' }, locations: [{ physicalLocation: {} }] },
        ],
        invocations: [{ executionSuccessful: true, endTimeUtc: '2026-01-01T00:00:00Z' }],
        properties: { imageName: 'a', imageID: config, repoDigests: [`a@${manifest}`] },
      },
    ],
  },
  GitLab: {
    scan: {
      status: 'success',
      type: 'container_scanning',
      scanner: { name: 'x', version: '1' },
      end_time: '2026-01-01T00:00:00',
    },
    vulnerabilities: [
      {
        identifiers: [{ type: 'cve', value: 'CVE-1' }],
        location: { dependency: { package: { name: 'a' }, version: '1' }, image: 'a' },
        cvss_vectors: [{ vector: 'CVSS:3.1/' }],
        links: [{ url: 'https://example.com' }],
      },
    ],
  },
  CycloneDX: {
    bomFormat: 'CycloneDX',
    metadata: {
      tools: [{ name: 'x', version: '1' }],
      component: { name: 'a', purl: 'pkg:oci/a@1', properties: [{ name: 'ImageID', value: config }] },
    },
    components: [{ 'bom-ref': 'a', name: 'a', purl: 'pkg:npm/a@1', components: [{ name: 'b' }] }],
    vulnerabilities: [
      {
        id: 'CVE-1',
        ratings: [{ severity: 'low', method: 'CVSSv31' }],
        affects: [{ ref: 'a' }],
        references: [{ id: 'x' }],
      },
    ],
  },
};

/** Each report that comes of putting another value in one place. */
function* changed(value: unknown, put: (value: unknown) => unknown): Generator<unknown> {
  for (const other of [null, 7, 'x', [], {}, [null], { x: [[]] }, true]) yield put(other);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const around = (other: unknown): unknown =>
      put(Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other });
    yield* changed(part, around);
  }
}

async function outcome(content: unknown): Promise<ScanFile | PilotError> {
  return read(content).catch((error) => {
    if (error instanceof PilotError) return error;
    throw error;
  });
}

describe.each(Object.entries(reports))('a report in the format %s', (format, report) => {
  it('is read, or refused by an error that says why, whatever stands in any place of it', async () => {
    expect(await read(report)).toMatchObject({ format, vulnerabilities: [{ severity: expect.any(String) }] });
    for (const other of changed(report, (value) => value)) {
      const file = await outcome(other);
      if (file instanceof PilotError) {
        expect([JSON.stringify(other), file.code]).toEqual([
          expect.any(String),
          expect.stringMatching(/INPUT_INVALID|SCAN_FAILED/),
        ]);
        continue;
      }
      for (const one of file.vulnerabilities) {
        expect(one).toMatchObject({ id: expect.any(String), package: expect.any(String), version: expect.any(String) });
        expect(Object.values(one)).not.toContain(undefined);
      }
    }
  });

  it('is never read when it was cut short', async () => {
    const text = JSON.stringify(report);
    for (let length = 0; length < text.length; length += 5) {
      const file = await outcome(text.slice(0, length));
      expect(file).toMatchObject({ code: 'INPUT_INVALID' });
    }
  });
});
