import { describe, expect, it } from '@jest/globals';
import { readReport } from '../src/reports.ts';

const form = 'application/vnd.security.vulnerability.report; version=1.1';
const report = {
  [form]: { generated_at: '2026-11-22T12:00:00Z', vulnerabilities: [{ id: 'CVE-1', links: ['é]}', '', 7] }, null] },
};

async function* chunks(text: string, size = 5): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const read = (text: string, size?: number) => readReport(chunks(text, size), 'read the report');

describe('a report that comes in pieces', () => {
  it.each([1, 2, 7, 1000])('is the same whatever they are: %i bytes', async (size) => {
    const { vulnerabilities = [] } = (await read(JSON.stringify(report), size)) ?? {};
    expect(vulnerabilities.map(({ id, links }) => [id, links])).toEqual([
      ['CVE-1', ['é]}']],
      ['(no id)', []],
    ]);
  });

  it.each([
    ['Critical', 'Critical'],
    [' high', 'High'],
    ['Negligible', 'Negligible'],
    ['None', 'Negligible'],
    ['Important', 'Unknown'],
    [null, 'Unknown'],
  ])('calls the severity %p %s: Harbor keeps "Negligible" as "None"', async (severity, expected) => {
    const { vulnerabilities = [] } =
      (await read(JSON.stringify({ [form]: { vulnerabilities: [{ severity }] } }))) ?? {};
    expect(vulnerabilities[0]?.severity).toBe(expected);
  });

  it('is none when a list of that name is elsewhere', async () => {
    expect(
      await read(JSON.stringify({ [form]: { severity: 'High', more: { vulnerabilities: [1] } } })),
    ).toBeUndefined();
    expect(await read(JSON.stringify({ vulnerabilities: [1] }))).toBeUndefined();
  });

  it.each([
    ['cut short', JSON.stringify(report).slice(0, -3)],
    ['empty', ''],
    ['a page', '<html>'],
    ['with an entry that is none', `{"${form}": {"vulnerabilities": [{"id": }]}}`],
  ])('is an error when it is %s', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
  });

  it('is refused when it is made to do harm', async () => {
    await expect(read('['.repeat(1000), 1000)).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
    const long = `{"x": "${'x'.repeat(2 * 1024 * 1024)}"}`;
    await expect(read(long, 65_536)).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  });
});
