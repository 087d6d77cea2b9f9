import { describe, expect, it } from '@jest/globals';
import { type GatePolicy, gatePartOf, judgeImage, severityCutoffs } from '../src/index.ts';
import { found, judgeRequest } from './to-judge.ts';

type Found = Parameters<typeof judgeRequest>[0][number];

const judge = (vulnerabilities: readonly Found[], policy: Partial<GatePolicy> = {}) =>
  judgeImage(judgeRequest(vulnerabilities, policy));

describe('judgeImage', () => {
  const rated = ['Critical', 'High', 'Medium', 'Low', 'Negligible'] as const;

  it.each(
    severityCutoffs.flatMap((cutoff, strictness) =>
      rated.map((severity, rank) => ({ cutoff, strictness, severity, rank })),
    ),
  )('weighs $severity against the cutoff $cutoff', ({ cutoff, strictness, severity, rank }) => {
    const report = judge([found(severity)], { severityCutoff: cutoff });
    expect(report.verdict).toBe(rank < strictness ? 'refused' : 'passed');
    expect(report.vulnerabilities[0]?.outcome).toBe(rank < strictness ? 'refused' : 'allowed');
  });

  it.each([
    ['a score of 9.0', { cvssScore: 9 }, 'critical', 'refused'],
    ['a score of 8.9', { cvssScore: 8.9 }, 'critical', 'passed'],
    ['a score of 7.0', { cvssScore: 7 }, 'high', 'refused'],
    ['a score of 6.9', { cvssScore: 6.9 }, 'high', 'passed'],
    ['a score of 4.0', { cvssScore: 4 }, 'medium', 'refused'],
    ['a score of 0.1', { cvssScore: 0.1 }, 'medium', 'passed'],
    ['no score', {}, 'high', 'refused'],
    ['no score', {}, 'critical', 'passed'],
    ['a score of 0, which means none was given', { cvssScore: 0 }, 'high', 'refused'],
  ] as const)('counts an unrated vulnerability with %s', (_title, fields, severityCutoff, verdict) => {
    expect(judge([found('Unknown', fields)], { severityCutoff }).verdict).toBe(verdict);
  });

  it('counts an unrated vulnerability as the policy says, and never drops it', () => {
    const lenient = judge([found('Unknown')], { unratedCountsAs: 'Low' });
    expect(lenient).toMatchObject({ verdict: 'passed', counts: { Unknown: 1 } });
    expect(lenient.vulnerabilities).toMatchObject([
      { countedAs: 'Low', because: 'unrated, taken for low severity does not count' },
    ]);
    expect(lenient.reasons.join(' ')).toContain('as low without one');
  });

  it('passes a clean image and says so', () => {
    const report = judge([], { severityCutoff: 'low' });
    expect(report).toEqual({
      schemaVersion: 1,
      image: 'harbor.example.com/shop/app',
      digest: report.digest,
      platforms: ['linux/amd64'],
      source: { name: 'Trivy v1' },
      verdict: 'passed',
      failBuild: true,
      policy: [
        'Severity low and worse is refused. What nobody has rated counts by its CVSS score, and as high without one.',
      ],
      reasons: ['The scanner found no vulnerabilities.'],
      warnings: [],
      counts: { Critical: 0, High: 0, Medium: 0, Low: 0, Negligible: 0, Unknown: 0 },
      vulnerabilities: [],
      exceptions: [],
      upgrades: [],
      judgedAt: '2027-01-01T00:00:00.000Z',
      durationSeconds: 4,
    });
  });

  it('says why in sentences', () => {
    const platforms = ['linux/amd64', 'linux/arm64'];
    const image = [found('High', { fixVersion: '1.2.12', platforms }), found('Critical'), found('Low')];
    const reasons = (policy: Partial<GatePolicy>): readonly string[] =>
      judgeImage(judgeRequest(image, policy, { platforms })).reasons;
    expect(reasons({ onlyFixed: true })).toEqual([
      '1 vulnerability with a fix is of high severity or worse; the policy allows none.',
      'CVE-High in zlib 1.2.11 (high): fixed in 1.2.12, on linux/amd64, linux/arm64.',
      '1 vulnerability of high severity or worse has no fix yet and so did not count.',
    ]);
    expect(reasons({ severityCutoff: 'none' })).toEqual([
      'The scanner found 3 vulnerabilities on 2 platforms; the policy has no cutoff, so none counts.',
    ]);
    expect(judge([found('Low')], { severityCutoff: 'critical' }).reasons).toEqual([
      'The scanner found 1 vulnerability, not of critical severity.',
    ]);
  });

  it('names five and counts the others', () => {
    const { reasons } = judge(Array.from({ length: 8 }, (_, number) => found('Critical', { id: `CVE-${number}` })));
    expect(reasons).toHaveLength(7);
    expect(reasons.at(-1)).toBe('And 3 more that count.');
  });

  it('orders the worst first, whatever order the report has', () => {
    const vulnerabilities = [
      found('Low'),
      found('High', { id: 'CVE-B' }),
      found('High', { id: 'CVE-A' }),
      found('High', { id: 'CVE-Z', cvssScore: 8.1 }),
      found('Unknown'),
      found('Critical'),
    ];
    const ids = (order: readonly Found[]): string[] => judge(order).vulnerabilities.map(({ id }) => id);
    expect(ids(vulnerabilities)).toEqual(['CVE-Critical', 'CVE-Z', 'CVE-A', 'CVE-B', 'CVE-Unknown', 'CVE-Low']);
    expect(ids([...vulnerabilities].reverse())).toEqual(ids(vulnerabilities));
  });

  it('says that a refusal does not fail the build', () => {
    const report = judge([found('Critical')], { failBuild: false });
    expect(report).toMatchObject({ verdict: 'refused', failBuild: false });
    expect(report.policy).toContain('A refusal does not fail the build.');
  });

  it('judges 100,000 vulnerabilities by many rules and exceptions in time', () => {
    const many = Array.from({ length: 100_000 }, (_, n) =>
      found(n % 2 === 0 ? 'Low' : 'Medium', { id: `CVE-${n}`, package: `package-${n % 500}`, aliases: [`GHSA-${n}`] }),
    );
    // Time of the processor, not of a clock on the wall: the machine may be busy.
    const begin = process.cpuUsage();
    const report = judgeImage(
      judgeRequest(
        many,
        { severityCutoff: 'low', max: { Low: 60_000 }, ignoredPackages: ['package-1*', 'linux-*'], onlyNew: true },
        {
          exceptions: many
            .slice(0, 20_000)
            .map(({ id }) => ({ ids: [id], kind: 'accepted', reason: 'x', from: 'a file' })),
          baseline: { name: 'v1', vulnerabilities: many.slice(50_000) },
        },
      ),
    );
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(10);
    expect(report.vulnerabilities).toHaveLength(100_000);
    expect(report.exceptions).toHaveLength(20_000);
  });
});

describe('gatePartOf', () => {
  const partOf = (vulnerabilities: readonly Found[], policy: Partial<GatePolicy> = {}) => {
    const request = judgeRequest(vulnerabilities, policy);
    return gatePartOf(judgeImage(request), request.policy);
  };

  it('is the report in short', () => {
    expect(partOf([found('High', { fixVersion: '2', description: 'long', cvssScore: 7.5 })])).toEqual({
      verdict: 'refused',
      severityCutoff: 'high',
      onlyFixed: false,
      scanner: 'Trivy v1',
      counts: { Critical: 0, High: 1, Medium: 0, Low: 0, Negligible: 0, Unknown: 0 },
      vulnerabilities: [
        {
          id: 'CVE-High',
          package: 'zlib',
          version: '1.2.11',
          fixVersion: '2',
          severity: 'High',
          cvssScore: 7.5,
          platforms: ['linux/amd64'],
          refused: true,
        },
      ],
      truncated: 0,
      reasons: [
        '1 vulnerability is of high severity or worse; the policy allows none.',
        'CVE-High in zlib 1.2.11 (high): fixed in 2.',
      ],
      judgedAt: '2027-01-01T00:00:00.000Z',
      durationSeconds: 4,
    });
  });

  it('lists every refused vulnerability before any that does not count, when there are too many', () => {
    const unfixed = Array.from({ length: 2000 }, (_, number) => found('Critical', { id: `CVE-${number}` }));
    const part = partOf([...unfixed, found('High', { fixVersion: '2' })], { onlyFixed: true });
    expect(part).toMatchObject({ verdict: 'refused', truncated: 1001 });
    expect(part.vulnerabilities).toHaveLength(1000);
    expect(part.vulnerabilities.at(-1)).toMatchObject({ id: 'CVE-High', refused: true });
    expect(partOf(unfixed)).toMatchObject({ truncated: 1000, vulnerabilities: { length: 1000 } });
  });
});
