import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { GateReport } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { renderGateReport } from '../../src/index.ts';
import { digestOf, fullReport, reportOf, vulnerability } from './sample-report.ts';

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
  readonly suppressions: readonly unknown[];
  readonly baselineState?: string;
}
interface Rule {
  readonly id: string;
  readonly help: { readonly text: string; readonly markdown: string };
  readonly helpUri?: string;
  readonly properties: { readonly 'security-severity': string; readonly tags: readonly string[] };
}
interface Run {
  readonly results: readonly Result[];
  readonly tool: { readonly driver: { readonly rules: readonly Rule[] } };
  readonly invocations: readonly [
    { readonly toolExecutionNotifications: readonly { readonly message: { text: string } }[] },
  ];
}

function textOf(report: GateReport): string {
  return [...renderGateReport(report, 'sarif')].join('');
}

function parse(text: string): Run {
  return (JSON.parse(text) as { runs: [Run] }).runs[0];
}

function runOf(report: GateReport): Run {
  return parse(textOf(report));
}

function remarksOf(run: Run): string[] {
  return run.invocations[0].toolExecutionNotifications.map(({ message }) => message.text);
}

describe('SARIF of a gate report', () => {
  it('has one rule for an id, whatever the number of packages, and each result points at its rule', () => {
    const packages = ['libssl3', 'openssl', 'libcrypto3'].map((name) => vulnerability({ package: name }));
    const { results, tool } = runOf(reportOf([vulnerability({ id: 'CVE-2099-9' }), ...packages]));
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(['CVE-2099-9', 'CVE-2099-1000']);
    expect(results.map(({ ruleId, ruleIndex }) => [ruleId, ruleIndex])).toEqual([
      ['CVE-2099-9', 0],
      ...packages.map(() => ['CVE-2099-1000', 1]),
    ]);
  });

  it.each([
    ['Critical', undefined, 'error', '9.5'],
    ['Critical', 9, 'error', '9.1'],
    ['High', 7.3, 'error', '7.3'],
    ['Medium', 9.8, 'warning', '6.9'],
    ['Low', undefined, 'note', '2.0'],
    ['Negligible', 0, 'note', '0.1'],
  ] as const)('gives %s with a score of %s the level %s and the number %s', (countedAs, cvssScore, level, number) => {
    const score = cvssScore === undefined ? {} : { cvssScore };
    const { results, tool } = runOf(reportOf([vulnerability({ countedAs, severity: countedAs, ...score })]));
    expect([results[0]?.level, tool.driver.rules[0]?.properties['security-severity']]).toEqual([level, number]);
  });

  it('lists what is excepted as suppressed, with the word of who answers for it', () => {
    const { results } = runOf(fullReport);
    expect(results.map(({ ruleId, suppressions }) => [ruleId, suppressions])).toEqual([
      ['CVE-2099-1001', []],
      ['CVE-2099-1000', []],
      [
        'GHSA-dddd-eeee-ffff',
        [
          {
            kind: 'external',
            status: 'accepted',
            justification: 'not reachable (harbor-pilot.yml, by payments, until 2027-01-31)',
          },
        ],
      ],
      ['CVE-2099-1002', []],
      ['TEMP-1-2', []],
    ]);
    expect(results.map(({ baselineState }) => baselineState)).toEqual([
      'new',
      undefined,
      undefined,
      'unchanged',
      undefined,
    ]);
  });

  it('shows a vulnerability at its file in the image, else at the image, as a relative reference', () => {
    const paths = ['/app/a b.jar', '../../etc/passwd', 'C:\\x', undefined].map((path) =>
      vulnerability(path === undefined ? {} : { path }),
    );
    expect(
      runOf(reportOf(paths)).results.map(({ locations }) => locations[0].physicalLocation.artifactLocation.uri),
    ).toEqual(['app/a%20b.jar', 'etc/passwd', 'C%3A/x', 'harbor.example%3A8443/shop/app']);
  });

  it('gives a vulnerability the same fingerprint in the next image, and no two the same', () => {
    const twice = [
      vulnerability({ version: '1' }),
      vulnerability({ version: '2' }),
      vulnerability({ package: 'curl' }),
    ];
    const hashes = (report: GateReport) =>
      runOf(report).results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
    const first = hashes(reportOf(twice));
    expect(new Set(first).size).toBe(3);
    expect(first[0]).toMatch(/^[0-9a-f]{16}:1$/);
    const next = [
      vulnerability({ id: 'CVE-2099-1' }),
      ...twice.map((found) => ({ ...found, version: '3', title: 'new' })),
    ];
    expect(hashes(reportOf(next, { digest: digestOf('next') })).slice(1)).toEqual(first);
    expect(hashes(reportOf(twice, { image: 'harbor.example:8443/shop/other' }))).not.toEqual(first);
  });

  it('makes no links or placeholders of text that looks like some', () => {
    const text = '[x](https://evil.example) ![y](z) {0} <img src=x> @everyone';
    const { results, tool } = runOf(reportOf([vulnerability({ title: text, description: text })]));
    const { text: help = '', markdown = '' } = tool.driver.rules[0]?.help ?? {};
    for (const message of [results[0]?.message.text, help]) expect(message).not.toMatch(/\]\(|\{\d+\}/);
    expect(markdown).not.toMatch(/[[\]<>@]/);
  });

  it('links to the advisory of a known id, and to nothing that is no address', () => {
    const { tool } = runOf(fullReport);
    expect(tool.driver.rules.map(({ helpUri }) => helpUri)).toEqual([
      'https://osv.dev/vulnerability/CVE-2099-1001',
      'https://osv.dev/vulnerability/CVE-2099-1000',
      'https://osv.dev/vulnerability/GHSA-dddd-eeee-ffff',
      'https://osv.dev/vulnerability/CVE-2099-1002',
      undefined,
    ]);
    expect(JSON.stringify(tool)).not.toContain('javascript:');
  });
});

describe('SARIF within the limits of code scanning', () => {
  it('leaves out what is not refused when there are more than 25,000 results, and says so', () => {
    const allowed = Array.from({ length: 30_000 }, (_, index) =>
      vulnerability({ package: `package-${index}`, severity: 'Low', countedAs: 'Low', outcome: 'allowed' }),
    );
    const run = runOf(reportOf([...allowed, vulnerability({ id: 'CVE-2099-1' })]));
    expect(run.results.length).toBe(25_000);
    expect(run.results[0]?.ruleId).toBe('CVE-2099-1');
    expect(remarksOf(run)[0]).toContain('the worst 25000 of 30001');
  });

  it('says what GitHub shows of more than 5,000', () => {
    const many = Array.from({ length: 5001 }, (_, index) => vulnerability({ package: `package-${index}` }));
    expect(remarksOf(runOf(reportOf(many)))[0]).toBe('GitHub shows the worst 5000 of these 5001 vulnerabilities.');
    expect(remarksOf(runOf(reportOf(many.slice(1))))).toEqual(['One vulnerability is of high severity.']);
  });

  it('stays below 10 MB compressed when nothing can be compressed', () => {
    const noise = Array.from({ length: 13_000 }, (_, index) => {
      const bytes = createHash('shake256', { outputLength: 750 }).update(`${index}`).digest('base64url');
      return vulnerability({ id: `CVE-2099-${10_000 + index}`, description: bytes });
    });
    const text = textOf(reportOf(noise));
    const size = gzipSync(text, { level: 6 }).length;
    expect(size).toBeLessThan(10_000_000);
    expect(size).toBeGreaterThan(5_000_000);
    expect(remarksOf(parse(text))[0]).toMatch(/^Only the worst \d+ of 13000 /);
  });
});
