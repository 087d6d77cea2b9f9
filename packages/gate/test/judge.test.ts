import type { Severity } from '@harbor-pilot/harbor';
import { describe, expect, it } from '@jest/globals';
import { type FoundVulnerability, type GatePolicy, judge, type ScannedImage, severityCutoffs } from '../src/index.ts';
import { imageDigest } from './fakes.ts';

function found(severity: Severity, fields: Partial<FoundVulnerability> = {}): FoundVulnerability {
  return {
    id: `CVE-${severity}`,
    package: 'zlib',
    version: '1.2.11',
    severity,
    platforms: ['linux/amd64'],
    ...fields,
  };
}

function scanned(...vulnerabilities: FoundVulnerability[]): ScannedImage {
  return { digest: imageDigest, platforms: ['linux/amd64'], scanner: 'Trivy v1', vulnerabilities, durationSeconds: 4 };
}

const policy = (severityCutoff: GatePolicy['severityCutoff'], onlyFixed = false): GatePolicy => ({
  severityCutoff,
  onlyFixed,
});

describe('judge', () => {
  const rated = ['Critical', 'High', 'Medium', 'Low', 'Negligible'] as const;

  it.each(
    severityCutoffs.flatMap((cutoff, strictness) =>
      rated.map((severity, rank) => ({ cutoff, strictness, severity, rank })),
    ),
  )('weighs $severity against the cutoff $cutoff', ({ cutoff, strictness, severity, rank }) => {
    const verdict = judge(scanned(found(severity)), policy(cutoff));
    expect(verdict.verdict).toBe(rank < strictness ? 'refused' : 'passed');
    expect(verdict.vulnerabilities[0]?.refused).toBe(rank < strictness);
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
  ] as const)('counts an unrated vulnerability with %s', (_title, fields, cutoff, verdict) => {
    expect(judge(scanned(found('Unknown', fields)), policy(cutoff)).verdict).toBe(verdict);
  });

  it('counts an unrated vulnerability as the policy says, and never drops it', () => {
    const lenient = judge(scanned(found('Unknown')), { ...policy('high'), unratedCountsAs: 'Low' });
    expect(lenient).toMatchObject({ verdict: 'passed', counts: { Unknown: 1 } });
    expect(lenient.vulnerabilities).toHaveLength(1);
    expect(lenient.reasons.join(' ')).toContain('as low without one');
  });

  it.each([
    [true, undefined, 'passed'],
    [true, '1.2.12', 'refused'],
    [false, undefined, 'refused'],
  ] as const)('with onlyFixed=%s and the fix %s: %s', (onlyFixed, fixVersion, verdict) => {
    const image = scanned(found('Critical', fixVersion === undefined ? {} : { fixVersion }));
    expect(judge(image, policy('high', onlyFixed)).verdict).toBe(verdict);
  });

  it('passes a clean image and says so', () => {
    expect(judge(scanned(), policy('low'))).toEqual({
      verdict: 'passed',
      severityCutoff: 'low',
      onlyFixed: false,
      scanner: 'Trivy v1',
      counts: { Critical: 0, High: 0, Medium: 0, Low: 0, Negligible: 0, Unknown: 0 },
      vulnerabilities: [],
      truncated: 0,
      reasons: ['The scanner found no vulnerabilities.'],
      durationSeconds: 4,
    });
  });

  it('says why in sentences', () => {
    const image: ScannedImage = {
      ...scanned(
        found('High', { fixVersion: '1.2.12', platforms: ['linux/amd64', 'linux/arm64'] }),
        found('Critical'),
        found('Low'),
      ),
      platforms: ['linux/amd64', 'linux/arm64'],
    };
    expect(judge(image, policy('high', true)).reasons).toEqual([
      '1 vulnerability with a fix is of high severity or worse; the policy allows none.',
      'CVE-High in zlib 1.2.11 (high): fixed in 1.2.12, on linux/amd64, linux/arm64.',
      '1 vulnerability of high severity or worse has no fix yet and so did not count.',
    ]);
    expect(judge(image, policy('none')).reasons).toEqual([
      'The scanner found 3 vulnerabilities on 2 platforms; the policy has no cutoff, so none counts.',
    ]);
    expect(judge(scanned(found('Low')), policy('critical')).reasons).toEqual([
      'The scanner found 1 vulnerability, not of critical severity.',
    ]);
  });

  it('names five and counts the others', () => {
    const many = Array.from({ length: 8 }, (_, number) => found('Critical', { id: `CVE-${number}` }));
    const { reasons } = judge(scanned(...many), policy('high'));
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
    const ids = (order: readonly FoundVulnerability[]): string[] =>
      judge(scanned(...order), policy('low')).vulnerabilities.map(({ id }) => id);
    expect(ids(vulnerabilities)).toEqual(['CVE-Critical', 'CVE-Z', 'CVE-A', 'CVE-B', 'CVE-Unknown', 'CVE-Low']);
    expect(ids([...vulnerabilities].reverse())).toEqual(ids(vulnerabilities));
  });

  it('lists every refusing vulnerability before any that does not count, when there are too many', () => {
    const unfixed = Array.from({ length: 2000 }, (_, number) => found('Critical', { id: `CVE-${number}` }));
    const verdict = judge(scanned(...unfixed, found('High', { fixVersion: '2' })), policy('high', true));
    expect(verdict).toMatchObject({ verdict: 'refused', truncated: 1001 });
    expect(verdict.vulnerabilities).toHaveLength(1000);
    expect(verdict.vulnerabilities.at(-1)).toMatchObject({ id: 'CVE-High', refused: true });
  });

  it('weighs 100,000 vulnerabilities within two seconds', () => {
    const image = (count: number): ScannedImage =>
      scanned(...Array.from({ length: count }, (_, n) => found(n % 2 === 0 ? 'Low' : 'Medium', { id: `CVE-${n}` })));
    const large = image(100_000);
    const begin = performance.now();
    const verdict = judge(large, policy('high'));
    expect(performance.now() - begin).toBeLessThan(2000);
    expect(verdict).toMatchObject({ verdict: 'passed', truncated: 99_000, counts: { Low: 50_000, Medium: 50_000 } });
  });
});
