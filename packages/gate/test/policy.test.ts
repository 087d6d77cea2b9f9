import { describe, expect, it } from '@jest/globals';
import { type GatePolicy, judgeImage } from '../src/index.ts';
import { found, judgeRequest } from './to-judge.ts';

type Fields = Parameters<typeof found>[1];

/** What becomes of one vulnerability of high severity, on the first day of 2027. */
const outcomeOf = (policy: Partial<GatePolicy>, fields: Fields = {}): string => {
  const [one] = judgeImage(judgeRequest([found('High', fields)], policy)).vulnerabilities;
  return `${one?.outcome}: ${one?.because}`;
};

describe('the rules of a policy', () => {
  it.each<[string, Partial<GatePolicy>, Fields, string]>([
    ['the cutoff', {}, {}, 'refused: high severity'],
    ['the cutoff', { severityCutoff: 'critical' }, {}, 'allowed: high severity does not count'],
    ['only-fixed', { onlyFixed: true }, {}, 'allowed: no fix yet'],
    ['only-fixed', { onlyFixed: true }, { fixVersion: '2' }, 'refused: high severity'],
    ['only-fixed', { onlyFixed: true }, { status: 'fixed' }, 'refused: high severity'],
    ['only-fixed', { onlyFixed: true }, { status: 'will_not_fix' }, 'allowed: no fix yet'],
    ['a score below', { minCvss: 8 }, { cvssScore: 7.9 }, 'allowed: its CVSS score 7.9 is below 8'],
    ['a score', { minCvss: 8 }, { cvssScore: 8 }, 'refused: high severity'],
    ['an unknown score', { minCvss: 8 }, {}, 'refused: high severity'],
    ['a score of 0, which is none', { minCvss: 8 }, { cvssScore: 0 }, 'refused: high severity'],
    ['a vector', { vectors: ['AV:N'] }, { cvssVector: 'CVSS:3.1/AV:N/AC:L' }, 'refused: high severity'],
    [
      'another vector',
      { vectors: ['AV:N'] },
      { cvssVector: 'CVSS:3.1/AV:L/AC:L' },
      'allowed: its CVSS vector has no AV:N',
    ],
    [
      'all metrics',
      { vectors: ['AV:N/PR:N'] },
      { cvssVector: 'CVSS:3.1/AV:N/PR:H' },
      'allowed: its CVSS vector has no AV:N/PR:N',
    ],
    ['one of two', { vectors: ['AV:N/PR:N', 'AV:A'] }, { cvssVector: 'CVSS:4.0/AV:A/PR:H' }, 'refused: high severity'],
    [
      'a metric of another version',
      { vectors: ['AV:N/PR:N'] },
      { cvssVector: 'AV:N/AC:L/Au:N' },
      'refused: high severity',
    ],
    [
      'a vector of another source than the one of the score',
      { vectors: ['AV:N/PR:N'] },
      { cvssVector: 'CVSS:3.1/AV:L/PR:N', otherVectors: ['CVSS:3.1/AV:N/PR:N'] },
      'refused: high severity',
    ],
    [
      'vectors of two sources that only together have it',
      { vectors: ['AV:N/PR:N'] },
      { cvssVector: 'CVSS:3.1/AV:L/PR:N', otherVectors: ['CVSS:3.1/AV:N/PR:L'] },
      'allowed: its CVSS vector has no AV:N/PR:N',
    ],
    ['an unknown vector', { vectors: ['AV:N'] }, {}, 'refused: high severity'],
    ['a vector that is none', { vectors: ['AV:N'] }, { cvssVector: '//:::/' }, 'refused: high severity'],
    ['EPSS below', { minEpss: 0.1 }, { epss: 0.09 }, 'allowed: its EPSS score 0.09 is below 0.1'],
    ['EPSS', { minEpss: 0.1 }, { epss: 0.1 }, 'refused: high severity'],
    ['EPSS of 0', { minEpss: 0.1 }, { epss: 0 }, 'allowed: its EPSS score 0 is below 0.1'],
    ['unknown EPSS', { minEpss: 0.1 }, {}, 'refused: high severity'],
    ['ignored packages', { ignoredPackages: ['linux-*', 'zlib'] }, {}, 'allowed: the policy ignores the packages zlib'],
    ['ignored packages', { ignoredPackages: ['zli?'] }, {}, 'allowed: the policy ignores the packages zli?'],
    ['ignored packages', { ignoredPackages: ['lib', 'zlib1'] }, {}, 'refused: high severity'],
    ['only packages', { onlyPackages: ['z*'] }, {}, 'refused: high severity'],
    ['only packages', { onlyPackages: ['openssl'] }, {}, 'allowed: not one of the packages that count'],
    [
      'ignored paths',
      { ignoredPaths: ['app/test/**'] },
      { path: 'app/test/a/b.json' },
      'allowed: the policy ignores the paths app/test/**',
    ],
    ['ignored paths', { ignoredPaths: ['app/*'] }, { path: 'app/test/a/b.json' }, 'refused: high severity'],
    [
      'a path from the root',
      { ignoredPaths: ['/app/*'] },
      { path: './app/x' },
      'allowed: the policy ignores the paths app/*',
    ],
    ['an unknown path', { ignoredPaths: ['**'] }, {}, 'refused: high severity'],
    ['only paths', { onlyPaths: ['app/**'] }, { path: 'usr/lib/x' }, 'allowed: not one of the paths that count'],
    ['only paths', { onlyPaths: ['app/**'] }, {}, 'refused: high severity'],
    [
      'known exploited',
      { knownExploited: true, severityCutoff: 'none' },
      { isKnownExploited: true },
      'refused: known to be exploited',
    ],
    [
      'known exploited',
      { knownExploited: true, onlyFixed: true, minCvss: 9, minEpss: 1 },
      { isKnownExploited: true, cvssScore: 1, epss: 0 },
      'refused: known to be exploited',
    ],
    [
      'known exploited within a budget',
      { knownExploited: true, max: { High: 9 } },
      { isKnownExploited: true },
      'refused: known to be exploited',
    ],
    [
      'known exploited, ignored package',
      { knownExploited: true, ignoredPackages: ['zlib'] },
      { isKnownExploited: true },
      'allowed: the policy ignores the packages zlib',
    ],
    [
      'known exploited, not asked for',
      { severityCutoff: 'none' },
      { isKnownExploited: true },
      'allowed: high severity does not count',
    ],
  ])('%s: %j %j', (_title, policy, fields, expected) => {
    expect(outcomeOf(policy, fields)).toBe(expected);
  });

  it.each<[string, Fields, 'publication' | 'fix', string]>([
    [
      'young',
      { publishedAt: '2026-12-20T12:00:00Z' },
      'publication',
      'allowed: published 2026-12-20, counts from 2027-01-03',
    ],
    [
      'of the last moment',
      { publishedAt: '2026-12-18T00:00:01Z' },
      'publication',
      'allowed: published 2026-12-18, counts from 2027-01-01',
    ],
    ['just over', { publishedAt: '2026-12-18T00:00:00Z' }, 'publication', 'refused: high severity'],
    [
      'a little ahead, by another clock',
      { publishedAt: '2027-01-01T10:00:00Z' },
      'publication',
      'allowed: published 2027-01-01, counts from 2027-01-15',
    ],
    ['far ahead', { publishedAt: '2099-01-01T00:00:00Z' }, 'publication', 'refused: high severity'],
    ['without a date', {}, 'publication', 'refused: high severity'],
    ['with a date that is none', { publishedAt: 'yesterday' }, 'publication', 'refused: high severity'],
    [
      'fixed lately',
      { publishedAt: '2020-01-01', fixedAt: '2026-12-31' },
      'fix',
      'allowed: fixed 2026-12-31, counts from 2027-01-14',
    ],
    ['published lately, fixed nobody knows when', { publishedAt: '2026-12-31' }, 'fix', 'refused: high severity'],
  ])('gives days of grace to one that is %s', (_title, fields, since, expected) => {
    expect(outcomeOf({ grace: { days: 14, since } }, fields)).toBe(expected);
  });

  it('says when a rule lacks what it needs', () => {
    const policy: Partial<GatePolicy> = {
      grace: { days: 1, since: 'fix' },
      minEpss: 0.5,
      knownExploited: true,
      onlyNew: true,
      minCvss: 7,
      vectors: ['AV:N'],
      ignoredPaths: ['test/**'],
    };
    const report = judgeImage(judgeRequest([found('High')], policy));
    expect(report.verdict).toBe('refused');
    expect(report.warnings).toEqual([
      'There is no baseline to compare with. All vulnerabilities count as new.',
      'The scanner tells no CVSS scores: no vulnerability is taken for less severe.',
      'The scanner tells no CVSS vectors: all vulnerabilities are taken for those of the policy.',
      'The scanner does not tell where in the image it has found what: the rules about paths exempt nothing.',
      'There are no EPSS scores: no vulnerability is taken for unlikely to be exploited.',
      'There is no catalogue of known exploited vulnerabilities: none is known to be exploited.',
      'The scanner does not tell when 1 vulnerability was fixed: none has days of grace.',
    ]);
  });

  it('says nothing where the rules know of some of the vulnerabilities', () => {
    const told = { cvssScore: 9, cvssVector: 'CVSS:3.1/AV:N', path: 'app/a.jar' };
    const policy = { minCvss: 7, vectors: ['AV:N'], onlyPaths: ['app/**'] };
    const { warnings } = judgeImage(judgeRequest([found('High'), found('High', { id: 'CVE-2', ...told })], policy));
    expect(warnings).toEqual([]);
  });

  it('takes the silence of a report about fixes for no word about them', () => {
    const report = judgeImage(judgeRequest([found('High')], { onlyFixed: true }, { lacksFixes: true }));
    expect(report.verdict).toBe('refused');
    expect(report.warnings).toEqual([
      'The report does not tell which vulnerabilities have a fix: all count as if they had one.',
    ]);
  });

  it('says once why there is no baseline', () => {
    const noBaseline = 'There is no baseline: no such tag.';
    const warnings = (onlyNew: boolean) => judgeImage(judgeRequest([], { onlyNew }, { noBaseline })).warnings;
    expect(warnings(true)).toEqual([`${noBaseline} All vulnerabilities count as new.`]);
    expect(warnings(false)).toEqual([noBaseline]);
  });

  it('has budgets, which count what no other rule exempts', () => {
    const high = (count: number, fields: Fields = {}) =>
      Array.from({ length: count }, (_, n) => found('High', { id: `CVE-${n}`, fixVersion: '2', ...fields }));
    const policy: Partial<GatePolicy> = { max: { Critical: 0, High: 2, Low: 1 }, onlyFixed: true };
    const within = judgeImage(judgeRequest([...high(2), found('High'), found('Medium', { fixVersion: '2' })], policy));
    expect(within.verdict).toBe('passed');
    expect(within.vulnerabilities.map(({ because }) => because)).toEqual([
      'high severity, 2 of at most 2',
      'high severity, 2 of at most 2',
      'no fix yet',
      'medium severity does not count',
    ]);
    expect(within.reasons).toEqual([
      'The scanner found 4 vulnerabilities, none of which counts.',
      '2 vulnerabilities are of high severity; the policy allows 2.',
      '1 vulnerability of a severity that counts has no fix yet and so did not count.',
    ]);
    const low = Array.from({ length: 2 }, (_, n) => found('Low', { id: `CVE-L${n}`, fixVersion: '2' }));
    const over = judgeImage(judgeRequest([...high(3), ...low, found('Critical', { fixVersion: '2' })], policy));
    expect(over.vulnerabilities.every(({ outcome }) => outcome === 'refused')).toBe(true);
    expect(over.reasons.slice(0, 3)).toEqual([
      '1 vulnerability with a fix is of critical severity; the policy allows none.',
      '3 vulnerabilities with a fix are of high severity; the policy allows 2.',
      '2 vulnerabilities with a fix are of low severity; the policy allows 1.',
    ]);
    expect(over.vulnerabilities[1]?.because).toBe('high severity, 3 of at most 2');
    expect(over.policy[0]).toBe(
      'Severity high and worse is refused; 0 of critical severity and 2 of high severity and 1 of low severity may be there. What nobody has rated counts by its CVSS score, and as high without one.',
    );
  });

  it('tells all rules in words', () => {
    const { policy } = judgeImage(
      judgeRequest([], {
        severityCutoff: 'none',
        onlyFixed: true,
        minCvss: 7,
        vectors: ['AV:N', 'AV:A/PR:N'],
        minEpss: 0.1,
        grace: { days: 14, since: 'fix' },
        onlyNew: true,
        onlyPackages: ['a*'],
        ignoredPackages: ['b'],
        onlyPaths: ['app/**'],
        ignoredPaths: ['tmp/**'],
        knownExploited: true,
        requireSbom: true,
      }),
    );
    expect(policy).toEqual([
      'No severity is refused by itself. What nobody has rated counts by its CVSS score, and as high without one.',
      'Only vulnerabilities that have a fix count.',
      'Only a CVSS score of 7 or more counts.',
      'Only a CVSS vector with AV:N or AV:A/PR:N counts.',
      'Only an EPSS score of 0.1 or more counts.',
      'What was fixed less than 14 days ago does not count yet.',
      'Only what the baseline does not have counts.',
      'Only the packages a* count.',
      'The packages b do not count.',
      'Only the paths app/** count.',
      'The paths tmp/** do not count.',
      'What is known to be exploited counts, whatever its severity.',
      'The image must have a bill of materials (SBOM).',
    ]);
  });

  it.each([
    [true, 'passed'],
    [false, 'refused'],
    [undefined, 'refused'],
  ])('wants a bill of materials: hasSbom=%s', (hasSbom, verdict) => {
    const report = judgeImage(judgeRequest([], { requireSbom: true }, hasSbom === undefined ? {} : { hasSbom }));
    expect(report.verdict).toBe(verdict);
    expect(report.reasons[0]).toBe(
      verdict === 'passed'
        ? 'The scanner found no vulnerabilities.'
        : 'The image has no bill of materials (SBOM); the policy requires one.',
    );
  });

  it.each<[string, Partial<GatePolicy>, { scannedAt?: string; dataUpdatedAt?: string }, string | undefined]>([
    ['a new scan', { maxReportAgeSeconds: 86_400 }, { scannedAt: '2026-12-31T00:00:00Z' }, undefined],
    [
      'an old scan',
      { maxReportAgeSeconds: 86_400 },
      { scannedAt: '2026-12-30T23:59:59Z' },
      'the scan is of 2026-12-30T23:59:59.000Z, 24 hours ago; the policy wants at most 24 hours',
    ],
    [
      'a scan of a moment ago',
      { maxReportAgeSeconds: 90 },
      { scannedAt: '2026-12-31T23:58:20Z' },
      'the scan is of 2026-12-31T23:58:20.000Z, 100 seconds ago; the policy wants at most 90 seconds',
    ],
    [
      'an unknown scan',
      { maxReportAgeSeconds: 259_200 },
      {},
      'nobody tells how old the scan is; the policy wants at most 3 days',
    ],
    [
      'old data',
      { maxDataAgeSeconds: 3600 },
      { dataUpdatedAt: '2026-12-01T00:00:00Z' },
      'the vulnerability data of Trivy v1 is of 2026-12-01T00:00:00.000Z, 31 days ago; the policy wants at most 60 minutes',
    ],
    [
      'unknown data',
      { maxDataAgeSeconds: 3600 },
      { dataUpdatedAt: 'never' },
      'nobody tells how old the vulnerability data of Trivy v1 is; the policy wants at most 60 minutes',
    ],
    [
      'a scan of the future',
      { maxReportAgeSeconds: 259_200 },
      { scannedAt: '2027-01-02T00:00:01Z' },
      'nobody tells how old the scan is; the policy wants at most 3 days',
    ],
    ['a clock that is a little ahead', { maxReportAgeSeconds: 1 }, { scannedAt: '2027-01-01T12:00:00Z' }, undefined],
    ['no rule', {}, {}, undefined],
  ])('gives no verdict by %s that is outdated', (_title, policy, times, message) => {
    const judge = (): unknown => judgeImage(judgeRequest([], policy, { source: { name: 'Trivy v1', ...times } }));
    if (message === undefined) expect(judge).not.toThrow();
    else expect(judge).toThrow(expect.objectContaining({ code: 'SCAN_OUTDATED', exitCode: 8, message }));
  });
});

describe('a baseline', () => {
  const judge = (policy: Partial<GatePolicy>) =>
    judgeImage(
      judgeRequest(
        [
          found('High', { id: 'CVE-1', version: '2' }),
          found('High', { id: 'CVE-2' }),
          found('High', { id: 'CVE-2', version: '9' }),
          found('High', { id: 'CVE-3', aliases: ['GHSA-3'] }),
          found('High', { id: 'ELSA-1', aliases: ['CVE-9', 'CVE-10'] }),
          found('High', { id: 'CVE-1', package: 'openssl' }),
        ],
        policy,
        {
          baseline: {
            name: 'v1.2',
            vulnerabilities: [
              { id: 'CVE-1', package: 'zlib' },
              { id: 'GHSA-3', package: 'zlib' },
              { id: 'CVE-9', package: 'zlib' },
              { id: 'CVE-9', package: 'zlib' },
            ],
          },
        },
      ),
    );

  it('tells what is new: another version brings nothing new, another package does', () => {
    const report = judge({});
    expect(report.baseline).toEqual({ name: 'v1.2', added: 3, removed: 1 });
    expect(report.vulnerabilities.map(({ id, package: name, isNew }) => [id, name, isNew])).toEqual([
      ['CVE-1', 'openssl', true],
      ['CVE-1', 'zlib', false],
      ['CVE-2', 'zlib', true],
      ['CVE-2', 'zlib', true],
      ['CVE-3', 'zlib', false],
      ['ELSA-1', 'zlib', true],
    ]);
  });

  it('knows nothing again that has no id', () => {
    const nameless = found('High', { id: '(no id)' });
    const baseline = { name: 'v1', vulnerabilities: [nameless] };
    expect(judgeImage(judgeRequest([nameless], { onlyNew: true }, { baseline })).verdict).toBe('refused');
  });

  it('counts what is new, only', () => {
    const report = judge({ onlyNew: true });
    expect(report.vulnerabilities.filter(({ outcome }) => outcome === 'refused')).toHaveLength(4);
    expect(report.vulnerabilities.find(({ id }) => id === 'CVE-3')?.because).toBe('the baseline has it, too');
    expect(report.reasons.at(-1)).toBe(
      '2 vulnerabilities of high severity or worse did not count by other rules of the policy.',
    );
  });
});
