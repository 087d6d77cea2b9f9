import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { coverImage, type ImageToCover } from '../../src/sources/cover-image.ts';
import type { ReportedVulnerability, ScanFile } from '../../src/sources/scan-file.ts';

const index = digestOf('an index');
const [amd, arm] = [digestOf('amd64'), digestOf('arm64')];
const [amdConfig, armConfig] = [digestOf('amd64 configuration'), digestOf('arm64 configuration')];
const both: ImageToCover = {
  digest: index,
  images: [
    { digest: amd, configDigest: amdConfig, platform: 'linux/amd64' },
    { digest: arm, configDigest: armConfig, platform: 'linux/arm64/v8' },
  ],
};
const single: ImageToCover = {
  digest: amd,
  images: [{ digest: amd, configDigest: amdConfig, platform: 'linux/amd64' }],
};
const bash: ReportedVulnerability = { id: 'CVE-1', package: 'bash', version: '5.0', severity: 'Low' };

function report(about: Partial<ScanFile['about']>, more: Partial<ScanFile> = {}): ScanFile {
  return {
    file: 'r.json',
    format: 'Trivy',
    about: { digests: [], ...about },
    vulnerabilities: [],
    warnings: [],
    ...more,
  };
}

describe('reports of other scanners', () => {
  it.each([
    ['its manifest', { digests: [amd] }],
    ['its configuration', { digests: [amdConfig, digestOf('a manifest of Docker')] }],
  ])('are about an image when they name %s', (_, about) => {
    expect(coverImage([report(about)], single)).toMatchObject({ platforms: ['linux/amd64'], warnings: [] });
  });

  it('are about another image otherwise, which is no verdict on this one', () => {
    const run = (): unknown =>
      coverImage([report({ digests: [digestOf('another')], platform: 'linux/amd64' })], single);
    expect(run).toThrow(expect.objectContaining({ code: 'SCAN_FAILED', exitCode: 8 }));
    expect(run).toThrow(/not about sha256:.*, but about sha256:/);
  });

  it('that name no digest are taken at their word, with a warning', () => {
    const { warnings } = coverImage([report({ name: 'app:1' }, { warnings: ['old'] })], single);
    expect(warnings).toEqual([
      'The report r.json does not say which digest it is about; it names app:1. It is taken for one about this image.',
      'old',
    ]);
  });

  it('must cover each platform of an index', () => {
    const about = [report({ digests: [amdConfig] }), report({ digests: [index], platform: 'linux/arm64' })];
    expect(coverImage(about, both).platforms).toEqual(['linux/amd64', 'linux/arm64/v8']);
    for (const file of about) {
      expect(() => coverImage([file], both)).toThrow(expect.objectContaining({ code: 'SCAN_FAILED' }));
    }
    expect(() => coverImage(about.slice(0, 1), both)).toThrow('no report about linux/arm64/v8');
    expect(() => coverImage([], single)).toThrow('no report about linux/amd64');
  });

  it('must say which platform they are about when there are several', () => {
    for (const about of [{ digests: [index] }, {}, { digests: [index], platform: 'linux/s390x' }]) {
      expect(() => coverImage([report(about)], both)).toThrow('does not say which platform');
    }
  });

  it('are taken together: each vulnerability once, as the worst word says, by place and platform', () => {
    const worse: ReportedVulnerability = { ...bash, severity: 'High', fixVersion: '5.1' };
    const elsewhere = { ...bash, path: 'opt/bash' };
    const { vulnerabilities, source } = coverImage(
      [
        report(
          { digests: [amd] },
          { vulnerabilities: [bash, bash, elsewhere], scanner: 'Trivy 1', scannedAt: '2026-02-02T00:00:00.000Z' },
        ),
        report(
          { digests: [arm] },
          { vulnerabilities: [worse], file: 'g.json', scanner: 'Grype 2', scannedAt: '2026-01-01T00:00:00.000Z' },
        ),
      ],
      both,
    );
    expect(vulnerabilities).toEqual([
      { ...worse, platforms: ['linux/amd64', 'linux/arm64/v8'] },
      { ...elsewhere, platforms: ['linux/amd64'] },
    ]);
    expect(source).toEqual({ name: 'Trivy 1, Grype 2', scannedAt: '2026-01-01T00:00:00.000Z' });
  });

  it('keep the fix that only one of them knows, and the highest score', () => {
    const severe: ReportedVulnerability = { ...bash, severity: 'High' };
    const fixed: ReportedVulnerability = { ...severe, fixVersion: '5.1', isKnownExploited: true };
    const scored: ReportedVulnerability = { ...bash, cvssScore: 9.8, cvssVector: 'CVSS:3.1/AV:N' };
    const files = [severe, fixed, scored].map((one) => report({ digests: [amd] }, { vulnerabilities: [one] }));
    for (const order of [files, files.toReversed()]) {
      expect(coverImage(order, single).vulnerabilities).toEqual([
        { ...fixed, ...scored, severity: 'High', platforms: ['linux/amd64'] },
      ]);
    }
  });

  it('have no word about fixes as long as one of them has none', () => {
    const files = [report({ digests: [amd] }), report({ digests: [amd] }, { lacksFixes: true })];
    expect([coverImage(files.slice(0, 1), single).lacksFixes, coverImage(files, single).lacksFixes]).toEqual([
      false,
      true,
    ]);
  });

  it('have no age as long as one of them tells none', () => {
    const files = [
      report({ digests: [amd] }, { scannedAt: '2026-01-01T00:00:00.000Z' }),
      report({ digests: [amdConfig] }),
    ];
    expect(coverImage(files, single).source.scannedAt).toBeUndefined();
  });
});
