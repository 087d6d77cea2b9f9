import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GateReport } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { type GateReportFormat, renderGateReport } from '../../src/index.ts';
import { readCsv } from './read-csv.ts';
import { fullReport, reportOf, vulnerability } from './sample-report.ts';

function textOf(report: GateReport, format: GateReportFormat): string {
  return [...renderGateReport(report, format)].join('');
}

describe('JUnit of a gate report', () => {
  const xml = textOf(fullReport, 'junit');

  it('counts what is refused as failed and what is excepted as skipped', () => {
    expect(xml).toContain('tests="5" failures="2" errors="0" skipped="1" time="1.500"');
    expect(xml.match(/<failure /g)?.length).toBe(2);
    expect(xml).toContain('<skipped message="not reachable (harbor-pilot.yml, by payments, until 2027-01-31)"/>');
  });

  it('names a test by vulnerability, package and place, in a class of image and package', () => {
    expect(xml).toContain(
      '<testcase classname="harbor_example:8443/shop/app.log-writer" name="CVE-2099-1001 log-writer 2.14.1 in /app/lib/log writer.jar" time="0">',
    );
  });

  it('says why in the text of a failure, too, which is all that GitLab shows', () => {
    expect(xml).toMatch(/<failure message="(high severity[^"]*)" type="Critical">Refused: \1\n/);
  });

  it('has a test that passed where nothing is found: Jenkins fails at a report without tests', () => {
    const empty = textOf(reportOf([]), 'junit');
    expect(empty).toContain('tests="1" failures="0" errors="0" skipped="0"');
    expect(empty.match(/<testcase .*\/>/g)).toEqual([expect.stringContaining('name="no vulnerabilities"')]);
  });

  it('lists all exceptions, also those that cover nothing', () => {
    expect(xml).toContain('- Exception (unused) for CVE-2098-1: old (.trivyignore)\n');
  });
});

describe('the container scanning report for GitLab', () => {
  const { scan, vulnerabilities, version } = JSON.parse(textOf(fullReport, 'gitlab-container-scanning'));

  it('tells who scanned, and when, in UTC', () => {
    const ours = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(scan.analyzer).toMatchObject({ id: 'harbor-pilot', version: ours.version });
    expect(version).toBe('15.0.7');
    expect(scan.scanner).toEqual({ id: 'trivy', name: 'Trivy', version: 'v0.68.2', vendor: { name: 'Trivy' } });
    expect([scan.start_time, scan.end_time]).toEqual(['2026-11-22T10:00:00', '2026-11-22T12:00:00']);
  });

  it('has names, place, solution and vector of each vulnerability', () => {
    expect(vulnerabilities[0]).toMatchObject({
      name: 'CVE-2099-1001: A looked-up name runs code of another server',
      severity: 'Critical',
      solution: 'Upgrade log-writer to 2.17.1.',
      location: { dependency: { package: { name: 'log-writer' }, version: '2.14.1' }, operating_system: 'unknown' },
      links: [{ url: 'https://advisories.example/1001?x=%20#y' }],
      cvss_vectors: [{ vendor: 'Trivy', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' }],
    });
    expect(vulnerabilities[0].identifiers.map(({ type, value }: Record<string, string>) => [type, value])).toEqual([
      ['cve', 'CVE-2099-1001'],
      ['ghsa', 'GHSA-aaaa-bbbb-cccc'],
      ['cwe', '502'],
      ['cwe', '917'],
    ]);
    expect(vulnerabilities[1].details.exception.value).toContain('not reachable');
    expect(vulnerabilities[2].location.operating_system).toBe('debian-12');
    expect(vulnerabilities[3].location.operating_system).toBe('alpine-3.19.1');
  });

  it('keeps the severity of the source', () => {
    expect(vulnerabilities.map(({ severity }: Record<string, string>) => severity)).toEqual([
      'Critical',
      'High',
      'Unknown',
      'Medium',
      'Info',
    ]);
  });
});

describe('the code quality report for GitLab', () => {
  it('gives each issue a severity, a fingerprint of its own and a place', () => {
    const twice = { ...fullReport, vulnerabilities: [...fullReport.vulnerabilities, ...fullReport.vulnerabilities] };
    const issues = JSON.parse(textOf(twice, 'gitlab-code-quality'));
    expect(issues.slice(0, 5).map(({ severity }: Record<string, string>) => severity)).toEqual([
      'blocker',
      'info',
      'critical',
      'major',
      'info',
    ]);
    expect(new Set(issues.map(({ fingerprint }: Record<string, string>) => fingerprint)).size).toBe(10);
    expect(issues[0]).toMatchObject({
      check_name: 'CVE-2099-1001',
      location: { path: 'app/lib/log writer.jar', lines: { begin: 1 } },
    });
    expect(issues[3].description).toContain('no fix yet, will not fix; high severity)');
    expect(issues[1].description).toContain('excepted: not reachable');
  });
});

describe('CSV of a gate report', () => {
  it('has a line for each vulnerability under the names of the columns', () => {
    const [header = [], ...lines] = readCsv(textOf(fullReport, 'csv'));
    const cell = (line: number, column: string) => lines[line]?.[header.indexOf(column)];
    expect(lines.length).toBe(5);
    expect([cell(0, 'Severity'), cell(0, 'CVSS'), cell(0, 'Platforms')]).toEqual([
      'Critical',
      '10',
      'linux/amd64; linux/arm64',
    ]);
    expect([cell(1, 'Outcome'), cell(1, 'Exception owner')]).toEqual(['excepted', 'payments']);
    expect([cell(2, 'Severity'), cell(2, 'Counts as')]).toEqual(['Unknown', 'High']);
  });

  it('is a header alone when nothing is found', () => {
    expect(readCsv(textOf(reportOf([]), 'csv')).length).toBe(1);
  });

  it('guards names of packages that spreadsheets would take for formulas', () => {
    expect(textOf(reportOf([vulnerability({ package: '@acme/left-pad' })]), 'csv')).toContain(",'@acme/left-pad,");
  });
});
