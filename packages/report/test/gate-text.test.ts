import { describe, expect, it } from '@jest/globals';
import { displayWidth, fitted } from '../src/gate-text/display-width.ts';
import { renderGateText } from '../src/index.ts';
import { cleanReport, gateReport, hostileReport, largeReport } from './gate-samples.ts';
import { hostileTexts } from './hostile.ts';

describe('the text of a gate', () => {
  const text = renderGateText(gateReport, { rowLimit: 3, wholeReport: 'gate.html' });

  it('tells verdict, reasons, bars, the worst vulnerabilities, upgrades, exceptions and the policy', () => {
    expect(text).toContain(`✗ Refused by the scan gate: ${gateReport.image}@${gateReport.digest}\n`);
    expect(text).toContain('  - 10 vulnerabilities are of high severity or worse');
    expect(text).toContain('  ! The exception for CVE-2026-10004 ends in 5 days');
    expect(text).toContain(`  High            10  ${'█'.repeat(24)}${'░'.repeat(16)} 6 refused\n`);
    expect(text).toContain('  Negligible       2  ░░░░░░░░\n');
    expect(text).toContain(`
  Decision  Severity  Vulnerability   Package                   Fixed in          Why
  refused   Critical  CVE-2026-10000  openssl 3.0.11-1~deb12u2  3.0.15-1~deb12u1  critical severity
  refused   Critical  CVE-2026-10100  openssl 3.0.11-1~deb12u2  3.0.15-1~deb12u1  critical severity
  refused   Critical  CVE-2026-10001  log-writer 2.14.1         2.17.1            known exploited, critical severity
  and 31 vulnerabilities more, see gate.html
`);
    expect(text).toContain('  removes 6  4 refused  openssl         3.0.11-1~deb12u2 → 3.0.15-1~deb12u1  base image\n');
    expect(text).toContain('  and 2 upgrades more, see gate.html\n');
    expect(text).toMatch(
      /expired {3}until 2026-06-30 .*\n {2}expiring {2}until 2026-11-27 {2}CVE-2026-10004 .* {2}shop-team@example.com {2}No/,
    );
    expect(text).toContain('  Harbor lets this image be pulled.\n');
    expect(text).toMatch(/≠ Harbor lets the index be pulled without a look at its children; .*$/);
  });

  it('is short when there is nothing to tell', () => {
    expect(renderGateText(cleanReport).split('\n')).toHaveLength(8);
    expect(renderGateText(cleanReport)).toContain('No vulnerabilities were found.');
  });

  it('has colours only where they are wanted, and then the same text', () => {
    expect(text).not.toContain('\u001b');
    const coloured = renderGateText(gateReport, { rowLimit: 3, wholeReport: 'gate.html', isColoured: true });
    expect(coloured).toContain('\u001b[1;31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
    expect(coloured.replaceAll(/\u001b\[[\d;]*m/g, '').replaceAll(/ +$/gm, '')).toBe(text);
  });

  it.each([80, 120])('keeps its tables within %i columns', (columns) => {
    const lines = renderGateText(gateReport, { columns }).split('\n');
    const rows = lines.filter((line) =>
      /^ {2}(?:Decision|refused|allowed|excepted|removes|used|unused|expir)/.test(line),
    );
    expect(rows.length).toBeGreaterThan(25);
    for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(columns);
    for (const word of [/refused +Critical +CVE-2026-10000 /, /2\.14\.1 → 2\.17\.1/, / → 3\.0\.15-1~deb12u1/]) {
      expect(rows.join('\n')).toMatch(word);
    }
  });

  it('keeps names and bars to be read in the narrowest terminal', () => {
    const lines = renderGateText(gateReport, { columns: 40 }).split('\n');
    expect(lines.find((line) => line.includes('CVE-2026-10000 '))).toBeDefined();
    for (const line of lines.filter((line) => /[█░]/.test(line))) expect(line.length).toBeLessThanOrEqual(44);
  });

  it.each(hostileTexts)('keeps its lines and gives a terminal or a CI no commands: %j', (hostile) => {
    const lines = renderGateText(hostileReport(hostile), { wholeReport: hostile }).split('\n');
    expect(lines).toHaveLength(renderGateText(hostileReport('harmless'), { wholeReport: 'x' }).split('\n').length);
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}|\u202e|\u2066|##\[/u);
      expect(line.trimStart()).not.toMatch(/^::/);
    }
  });

  it('stays short', () => {
    expect(renderGateText(largeReport(100_000)).split('\n').length).toBeLessThan(110);
  });
});

describe('columns of a terminal', () => {
  it.each([
    ['plain', 5],
    ['漢字', 4],
    ['ｆｕｌｌ', 8],
    ['한글', 4],
    ['e\u0301te\u0301', 3],
    ['a\u200bb', 2],
    ['🚢', 2],
    ['é–…', 3],
  ])('%s takes %i', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it.each([
    ['short', 8, 'short   '],
    ['just', 4, 'just'],
    ['too long', 5, 'too …'],
    ['漢字漢字', 6, '漢字… '],
    ['漢字', 4, '漢字'],
  ])('%s in %i', (text, columns, expected) => {
    expect(fitted(text, columns)).toBe(expected);
    expect(displayWidth(fitted(text, columns))).toBe(columns);
  });
});
