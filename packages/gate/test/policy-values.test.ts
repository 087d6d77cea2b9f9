import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { judgeImage, parseEpss, parseKnownExploited, parsePolicy, parseVectors } from '../src/index.ts';
import { found, judgeRequest } from './to-judge.ts';

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

describe('parsePolicy', () => {
  it('has defaults', () => {
    expect(parsePolicy({})).toEqual({ severityCutoff: 'high', onlyFixed: false });
    expect(parsePolicy({ max: {}, vectors: [], onlyPackages: [] })).toEqual(parsePolicy({}));
    expect(parsePolicy({ minCvss: 0, minEpss: 0, graceDays: 0 })).toEqual(parsePolicy({}));
  });

  it('reads all rules', () => {
    expect(
      parsePolicy({
        severityCutoff: 'medium',
        onlyFixed: true,
        failBuild: false,
        unratedCountsAs: 'low',
        max: { critical: 0, high: 5, low: undefined },
        knownExploited: true,
        minCvss: 7.5,
        vectors: ['AV:N/PR:N'],
        minEpss: 0.1,
        graceDays: 14,
        graceSince: 'fix',
        onlyNew: true,
        ignoredPackages: ['linux-*'],
        maxReportAgeSeconds: 3600,
        requireSbom: true,
        warnBeforeExpiryDays: 30,
      }),
    ).toEqual({
      severityCutoff: 'medium',
      onlyFixed: true,
      failBuild: false,
      unratedCountsAs: 'Low',
      max: { Critical: 0, High: 5 },
      knownExploited: true,
      minCvss: 7.5,
      vectors: ['AV:N/PR:N'],
      minEpss: 0.1,
      grace: { days: 14, since: 'fix' },
      onlyNew: true,
      ignoredPackages: ['linux-*'],
      maxReportAgeSeconds: 3600,
      requireSbom: true,
      warnBeforeExpiryDays: 30,
    });
  });

  const vectors = (value: unknown) =>
    parseVectors({ value, where: (path) => `harbor-pilot.yml:${path.join()}`, code: 'CONFIG_INVALID' });

  it('reads CVSS vectors, a list or a single one', () => {
    expect([vectors('AV:N'), vectors([' AV:N/PR:N', 'AV:A'])]).toEqual([['AV:N'], ['AV:N/PR:N', 'AV:A']]);
  });

  it.each<[unknown, string, string]>([
    [['AV:N', 'AV:X'], 'harbor-pilot.yml:1: "AV:X" is no CVSS vector', 'AV is one of N, A, L, P'],
    ['AW:N', 'harbor-pilot.yml:: "AW:N" is no CVSS vector', '"AW:N" is no metric'],
    [['constructor:N'], 'harbor-pilot.yml:0: "constructor:N" is no CVSS vector', 'is no metric'],
    [[7], 'harbor-pilot.yml:0: it is not text', 'AV:N'],
    ['AV:N/AV:A', 'harbor-pilot.yml:: "AV:N/AV:A" is no CVSS vector', 'a vector has one AV; write those'],
  ])('refuses the CVSS vectors %j', (value, message, hint) => {
    expect(errorOf(() => vectors(value))).toMatchObject({
      code: 'CONFIG_INVALID',
      message,
      hint: expect.stringContaining(hint),
    });
  });
});

const epssFile = `#model_version:v2025.03.14,score_date:2026-12-31T00:00:00+0000
cve,epss,percentile
CVE-2020-1,0.00383,0.53
CVE-2020-2,0.9,0.99\r
`;

describe('what is known about attacks', () => {
  it.each([
    ['as it is', Buffer.from(epssFile)],
    ['packed', gzipSync(epssFile)],
  ])('is read from the file of EPSS scores, %s', (_title, bytes) => {
    expect([...parseEpss(bytes, 'epss.csv')]).toEqual([
      ['CVE-2020-1', 0.00383],
      ['CVE-2020-2', 0.9],
    ]);
  });

  it.each([
    ['id,score\n', 'epss.csv:1: its columns are not cve and epss'],
    ['cve,epss\nCVE-1,2\n', 'epss.csv:2: "CVE-1,2" has no score of 0 to 1'],
    ['cve,epss\nCVE-1,\n', 'epss.csv:2: "CVE-1," has no score of 0 to 1'],
    ['cve,epss\n', 'epss.csv: it has no scores'],
    ['\x1f\x8bnot packed', 'epss.csv: it cannot be unpacked'],
  ])('refuses scores such as %j', (text, message) => {
    expect(errorOf(() => parseEpss(Buffer.from(text, 'latin1'), 'epss.csv'))).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a file that unfolds into a heap', () => {
    const bomb = gzipSync(Buffer.alloc(130 * 1024 * 1024), { level: 1 });
    expect(errorOf(() => parseEpss(bomb, 'epss.csv.gz'))).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('is read from the catalogue of known exploited vulnerabilities', () => {
    const catalogue = JSON.stringify({
      title: 'x',
      count: 1,
      vulnerabilities: [{ cveID: 'CVE-2020-2', dueDate: 'x' }],
    });
    expect([...parseKnownExploited(catalogue, 'kev.json')]).toEqual(['CVE-2020-2']);
    for (const wrong of ['{', '{}', '{"vulnerabilities":[{"id":"CVE-1"}]}', '[]']) {
      expect(errorOf(() => parseKnownExploited(wrong, 'kev.json'))).toMatchObject({ code: 'INPUT_INVALID' });
    }
  });

  it('belongs to a vulnerability by any of its names; what the source says stays', () => {
    const threats = { epss: parseEpss(Buffer.from(epssFile), 'epss.csv'), knownExploited: new Set(['CVE-2020-2']) };
    const { vulnerabilities } = judgeImage(
      judgeRequest(
        [
          found('Low', { id: 'GHSA-2', aliases: ['cve-2020-2'] }),
          found('Low', { id: 'CVE-2020-1', epss: 0.5 }),
          found('Low', { id: 'CVE-2020-3' }),
        ],
        { knownExploited: true },
        { threats },
      ),
    );
    expect(vulnerabilities).toMatchObject([
      { id: 'GHSA-2', epss: 0.9, isKnownExploited: true, outcome: 'refused' },
      { id: 'CVE-2020-1', epss: 0.5, outcome: 'allowed' },
      { id: 'CVE-2020-3', outcome: 'allowed' },
    ]);
    expect(vulnerabilities[2]).not.toHaveProperty('epss');
    expect(vulnerabilities[2]).not.toHaveProperty('isKnownExploited');
  });
});
