import { describe, expect, it } from '@jest/globals';
import { mergeReports } from '../src/merge.ts';
import { readVendorAttributes } from '../src/vendor-attributes.ts';
import { report, vulnerability } from './fakes.ts';

const on = (platform: string, ...found: Parameters<typeof vulnerability>[0][]) => ({
  platform,
  report: report(found.map((fields) => vulnerability(fields))),
});

describe('the reports of several platforms', () => {
  it('become one list with all that they tell', () => {
    const place = { path: '/app/package-lock.json', ecosystem: 'npm' };
    const told = {
      fixVersion: '1.1.1l',
      status: 'fixed',
      description: 'a hole',
      links: ['https://example.com/1'],
      cwes: ['CWE-79'],
      cvssScore: 7.5,
      cvssVector: 'CVSS:3.1/AV:N',
      vendorAttributes: { ...place, epss: 0.25 },
    };
    expect(mergeReports([on('linux/amd64', told), on('linux/arm64', { vendorAttributes: place })])).toEqual([
      {
        id: 'CVE-2099-0001',
        package: 'openssl',
        version: '1.1.1k',
        severity: 'High',
        fixVersion: '1.1.1l',
        status: 'fixed',
        description: 'a hole',
        links: ['https://example.com/1'],
        cwes: ['CWE-79'],
        cvssScore: 7.5,
        cvssVector: 'CVSS:3.1/AV:N',
        path: 'app/package-lock.json',
        packageType: 'npm',
        epss: 0.25,
        platforms: ['linux/amd64', 'linux/arm64'],
      },
    ]);
  });

  it('list a vulnerability once that a report has twice', () => {
    const merged = mergeReports([on('linux/amd64', { severity: 'Low' }, { severity: 'Medium' }, { version: '2' })]);
    expect(merged.map(({ version, severity, platforms }) => [version, severity, platforms])).toEqual([
      ['1.1.1k', 'Medium', ['linux/amd64']],
      ['2', 'High', ['linux/amd64']],
    ]);
  });

  it('keep what nobody has rated, unless another report rates it', () => {
    const unknown = { severity: 'Unknown' } as const;
    const merged = mergeReports([on('a', unknown, { ...unknown, id: 'CVE-2' }), on('b', { severity: 'Low' })]);
    expect(merged.map(({ severity }) => severity)).toEqual(['Low', 'Unknown']);
  });

  it('take the higher score, with the vector that belongs to it', () => {
    const low = { cvssScore: 5, cvssVector: 'CVSS:3.1/AV:L' };
    const [worse] = mergeReports([on('a', low), on('b', { cvssScore: 9.8 })]);
    expect([worse?.cvssScore, worse?.cvssVector, worse?.otherVectors]).toEqual([9.8, undefined, ['CVSS:3.1/AV:L']]);
    const [same] = mergeReports([on('a', low), on('b', { cvssScore: 0, cvssVector: 'CVSS:3.1/AV:N' })]);
    expect([same?.cvssScore, same?.cvssVector]).toEqual([5, 'CVSS:3.1/AV:L']);
  });

  it('take what any of them says of attacks and scores, and the first of the dates', () => {
    const first = { vendorAttributes: { epss: 0.1, PublishedDate: '2026-02-02' } };
    const second = {
      vendorAttributes: { CVSS: { nvd: { V3Score: 9.8 } }, epss: 0.9, kev: true, PublishedDate: '2026-01-01' },
    };
    const worst = { cvssScore: 9.8, epss: 0.9, isKnownExploited: true, publishedAt: '2026-01-01T00:00:00.000Z' };
    expect(mergeReports([on('a', first), on('b', second)])).toMatchObject([worst]);
    expect(mergeReports([on('a', second), on('b', first)])).toMatchObject([worst]);
  });

  it('have a fix when any of them says so, also without a version', () => {
    const reports = [on('a', { status: 'affected' }), on('b', { status: 'fixed' })];
    for (const several of [reports, reports.toReversed()])
      expect(mergeReports(several)).toMatchObject([{ status: 'fixed' }]);
  });

  it('keep the places of a package apart: what is ignored at one of them counts at the other', () => {
    const at = (path: string) => ({ vendorAttributes: { path } });
    expect(mergeReports([on('a', at('/test/a.jar'), at('/app/a.jar'))]).map(({ path }) => path)).toEqual([
      'test/a.jar',
      'app/a.jar',
    ]);
  });

  it('may have 100,000 entries each', () => {
    const many = Array.from({ length: 100_000 }, (_, place) => vulnerability({ id: `CVE-${place}` }));
    const reports = ['a', 'b', 'c'].map((platform) => ({ platform, report: report(many) }));
    const merged = mergeReports(reports);
    expect(merged).toHaveLength(100_000);
    expect(merged.at(-1)?.platforms).toEqual(['a', 'b', 'c']);
  });
});

describe('what scanners say in their own words', () => {
  it.each([
    [undefined, {}],
    [{}, {}],
    [{ CVSS: null, epss: 'high', kev: 'yes', path: '' }, {}],
    [
      { CVSS: { nvd: { V3Score: 7.5, V3Vector: 'CVSS:3.1/AV:N' }, ghsa: { V3Score: 9.1 }, redhat: { V2Score: 10 } } },
      { cvssScore: 9.1, otherVectors: ['CVSS:3.1/AV:N'] },
    ],
    [{ CVSS: { nvd: { V3Score: 7.5, V3Vector: 'CVSS:3.1/AV:N' } } }, { cvssScore: 7.5, cvssVector: 'CVSS:3.1/AV:N' }],
    [{ CVSS: { nvd: { V3Score: 75 } } }, {}],
    [
      {
        CVSS: {
          redhat: { V3Score: 5, V3Vector: 'CVSS:3.1/AV:L' },
          ghsa: { V40Score: 9.2, V40Vector: 'CVSS:4.0/AV:N' },
        },
      },
      { cvssScore: 9.2, cvssVector: 'CVSS:4.0/AV:N', otherVectors: ['CVSS:3.1/AV:L'] },
    ],
    [
      { CVSS: { nvd: { V3Score: 9.8, V3Vector: 'CVSS:3.1/AV:N', V40Score: 8.7, V40Vector: 'CVSS:4.0/AV:L' } } },
      { cvssScore: 9.8, cvssVector: 'CVSS:3.1/AV:N', otherVectors: ['CVSS:4.0/AV:L'] },
    ],
    [{ EPSS: { score: 0.9 } }, { epss: 0.9 }],
    [{ epss: [{ epss: 0.1 }] }, { epss: 0.1 }],
    [{ epss: 90 }, {}],
    [{ KEV: true }, { isKnownExploited: true }],
    [
      { PkgPath: 'usr/bin/app', PublishedDate: '2026-01-01T00:00:00Z' },
      { path: 'usr/bin/app', publishedAt: '2026-01-01T00:00:00.000Z' },
    ],
    [{ PublishedDate: '2026-01-01T00:00:00' }, { publishedAt: '2026-01-01T00:00:00.000Z' }],
    [{ PublishedDate: '0001-01-01T00:00:00Z' }, {}],
    [{ PublishedDate: 'yesterday' }, {}],
  ])('%j', (attributes, told) => {
    expect(readVendorAttributes(attributes)).toEqual(told);
  });

  it.each([
    [5, 'CVSS:3.1/AV:L', 9.1, 'CVSS:3.1/AV:N'],
    [0, undefined, 9.1, 'CVSS:3.1/AV:N'],
    // As Harbor writes what Trivy says of NVD.
    [9.1, undefined, 9.1, 'CVSS:3.1/AV:N'],
    [9.1, 'CVSS:3.1/AV:L', 9.1, 'CVSS:3.1/AV:L'],
    [9.8, undefined, 9.8, undefined],
  ])(
    'counts where the score that Harbor prefers, %p with %p, is not higher',
    (cvssScore, cvssVector, score, vector) => {
      const vendorAttributes = { CVSS: { nvd: { V3Score: 9.1, V3Vector: 'CVSS:3.1/AV:N' } } };
      const preferred = { cvssScore, ...(cvssVector === undefined ? {} : { cvssVector }) };
      const [merged] = mergeReports([on('a', { ...preferred, vendorAttributes })]);
      expect([merged?.cvssScore, merged?.cvssVector]).toEqual([score, vector]);
    },
  );
});
