import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writePieces } from '../../src/formats/write-pieces.ts';
import { gateReportFormats, renderGateReport, writeGateReports } from '../../src/index.ts';
import { fullReport } from './sample-report.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reports-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('writing gate reports', () => {
  it('writes each chosen format whole, and makes the folder', async () => {
    const files = gateReportFormats.map((format) => ({ format, path: join(folder, 'all', 'reports', format) }));
    await writeGateReports(fullReport, files);
    for (const { format, path } of files) {
      expect(readFileSync(path, 'utf8')).toBe([...renderGateReport(fullReport, format)].join(''));
    }
    expect(readdirSync(join(folder, 'all', 'reports')).sort()).toEqual([...gateReportFormats].sort());
  });

  it('writes pieces larger than its buffer, and characters of all lengths', async () => {
    const pieces = ['ä€😀'.repeat(100_000), 'x', 'y'.repeat(3_000_000), '€'.repeat(349_000), 'z'];
    await writePieces(join(folder, 'large'), pieces);
    expect(readFileSync(join(folder, 'large'), 'utf8') === pieces.join('')).toBe(true);
  });

  it('leaves the file that was there, and nothing else, when it cannot go on', async () => {
    const path = join(folder, 'kept', 'report.csv');
    await writePieces(path, ['old']);
    const broken = (function* () {
      yield 'new';
      throw new Error('no more');
    })();
    await expect(writePieces(path, broken)).rejects.toThrow('no more');
    const many = Array.from({ length: 100 }, () => 'x'.repeat(100_000));
    await expect(writePieces(path, many, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(join(folder, 'kept'))).toEqual(['report.csv']);
  });

  it('names a place where nothing can be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(
      writeGateReports(fullReport, [{ format: 'json', path: join(folder, 'file', 'report.json') }]),
    ).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});
