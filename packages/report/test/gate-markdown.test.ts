import { describe, expect, it } from '@jest/globals';
import { gateMarker, renderGateMarkdown } from '../src/index.ts';
import { cleanReport, gateReport, hostileReport, largeReport } from './gate-samples.ts';
import { hostileTexts } from './hostile.ts';

/** What a line is: heading, table row with its number of cells, entry, HTML, fence, text. */
function structureOf(markdown: string): string[] {
  return markdown.split('\n').map((line) => {
    if (line.startsWith('|')) return `row of ${line.split('|').length - 2}`;
    return /^(#+ |- |<details>|<\/details>|<code>|<sub>|<!--|```|\*\*|)/.exec(line)?.[1] ?? '';
  });
}

describe('the Markdown of a gate', () => {
  const markdown = renderGateMarkdown(gateReport, 'github-comment', 'https://ci.example/gate.html?a=1&b=2');

  it('begins with its marker, the verdict, on what, and why', () => {
    const [marker, , title, , reference, , reason] = markdown.split('\n');
    expect(marker).toBe(gateMarker(gateReport.image));
    expect(title).toBe('## ❌ Refused by the scan gate: harbor.example:8443/shop/checkout-api');
    expect(reference).toBe(`<code>${gateReport.image}&#64;${gateReport.digest}</code>`);
    expect(reason).toMatch(/^- 10 vulnerabilities are of high severity or worse/);
    expect(markdown).toContain('**34 vulnerabilities: 10 refused, 2 excepted, 22 allowed.** 3 came and 7 are gone');
  });

  it('has a chart, and the same as a table', () => {
    expect(markdown).toContain(
      '```mermaid\npie showData\n    title Vulnerabilities by severity\n    "Critical" : 4\n    "High" : 10\n',
    );
    expect(markdown).toContain('| High | 6 | 2 | 2 | 10 |');
  });

  it('has the refused ones, the upgrades, and the rest folded away', () => {
    const refused = /### Refused\n\n(.*?)\n\n/s.exec(markdown)?.[1] ?? '';
    expect(refused.split('\n')).toHaveLength(12);
    expect(refused).toContain(
      '>CVE-2026-10001</a> **known exploited** | Critical | 10.0 | <code>log-writer 2.14.1</code>',
    );
    expect(markdown).toContain('| <code>openssl</code> (base image) | <code>3&#46;0.11-1&#126;deb12u2</code>');
    expect(markdown).toContain('<details><summary>24 other vulnerabilities</summary>');
    expect(markdown).toContain('<details><summary>4 exceptions</summary>');
    expect(markdown).toContain('<details><summary>Harbor lets this image be pulled.</summary>');
    expect(markdown).toContain('<a href="https://ci.example/gate.html?a=1&#38;b=2">The whole report</a>');
  });

  it('tells of a file by its name, and of what passed', () => {
    const passed = renderGateMarkdown(cleanReport, 'github-summary', 'reports/gate.html');
    expect(passed).toContain('## ✅ Passed the scan gate');
    expect(passed).toContain('The whole report: <code>reports/gate.html</code>');
    expect(passed).not.toMatch(/mermaid|### |other/);
  });

  it('has one marker for each image', () => {
    expect(gateMarker('a.example/b')).toMatch(/^<!-- harbor-pilot gate [0-9a-f]{16} -->$/);
    expect(gateMarker('a.example/b')).not.toBe(gateMarker('a.example/c'));
  });

  it.each(hostileTexts)('keeps its structure whatever a text says: %j', (text) => {
    const harmless = structureOf(renderGateMarkdown(hostileReport('harmless'), 'gitlab-note', 'harmless'));
    const hostile = renderGateMarkdown(hostileReport(text), 'gitlab-note', text);
    expect(structureOf(hostile)).toEqual(harmless);
    expect(hostile).not.toMatch(/<(?!\/?(?:code|details|summary|sub)\b|!-- harbor)/);
    expect(hostile.replaceAll('```', '')).not.toMatch(/`|\]\(|https:\/\/evil|@everyone|\*\*bold|[^\P{Cc}\n]|\u202e/u);
  });

  it.each([
    ['github-summary', 1_048_576, 200],
    ['github-comment', 65_536, 50],
    ['gitlab-note', 1_000_000, 200],
  ] as const)('stays within what a %s takes, and counts what it leaves out', (place, limit, rows) => {
    const large = renderGateMarkdown(largeReport(100_000), place);
    expect(Buffer.byteLength(large)).toBeLessThanOrEqual(limit);
    expect(large).toContain(`and ${(10_000 - rows).toLocaleString('en')} vulnerabilities more`);
    expect(large).toContain('100,000 vulnerabilities: 10,000 refused, 90,000 allowed.');
    for (const text of ['@'.repeat(10_000), '@a'.repeat(5000), '漢'.repeat(10_000), '\u{1f6a2}'.repeat(5000)]) {
      const wide = renderGateMarkdown({ ...hostileReport(text), platforms: Array(100).fill(text) }, place, text);
      expect(Buffer.byteLength(wide)).toBeLessThanOrEqual(limit);
    }
  });
});
