import { describe, expect, it } from '@jest/globals';
import { gateReportFormats, renderGateReport } from '../../src/index.ts';
import { readCsv } from './read-csv.ts';
import { hostileReport, hostileTexts, reportOf, vulnerability } from './sample-report.ts';

const formula = /^[=+\-@\t\r]/;

describe.each(gateReportFormats)('%s of hostile text', (format) => {
  it.each(Object.entries(hostileTexts))('has %s as plain text', (_title, text) => {
    const written = [...renderGateReport(hostileReport(text), format)].join('');
    expect(written).not.toMatch(/(?![\r\n])\p{Cc}|[\u2028-\u202e\u2066-\u2069\ufeff]/u);
    expect(written.isWellFormed()).toBe(true);
    for (const line of written.split(/[\r\n]+/)) expect(line).not.toMatch(/^\s*::|##\w*\[/);
  });

  it('cuts a description of a megabyte', () => {
    const length = (description: string) =>
      [...renderGateReport(reportOf([vulnerability({ description })]), format)].join('').length;
    expect(length('long '.repeat(200_000)) - length('')).toBeLessThan(25_000);
  });
});

describe('XML of hostile text', () => {
  it('has markup only of ours', () => {
    const xml = [...renderGateReport(hostileReport(hostileTexts.markup ?? ''), 'junit')].join('');
    expect([...xml.matchAll(/<\/?([\w-]+)/g)].map(([, name]) => name)).toEqual(
      [...xml.matchAll(/<\/?(testsuites?|propert(?:y|ies)|testcase|failure|skipped|system-(?:out|err))\b/g)].map(
        ([, name]) => name,
      ),
    );
    expect(xml).toContain('message="&lt;/script&gt;&lt;/testcase&gt;');
  });
});

describe('CSV of hostile text', () => {
  it.each(Object.entries(hostileTexts))(
    'has as many cells in each line, none of them a formula: %s',
    (_title, text) => {
      const [header, ...lines] = readCsv([...renderGateReport(hostileReport(text), 'csv')].join(''));
      expect(lines.map((line) => line.length)).toEqual(lines.map(() => header?.length));
      for (const cell of lines.flat()) expect(cell).not.toMatch(formula);
    },
  );

  it('keeps quotes and commas', () => {
    const [, line] = readCsv([...renderGateReport(reportOf([vulnerability({ title: 'a "b", c' })]), 'csv')].join(''));
    expect(line).toContain('a "b", c');
  });
});
