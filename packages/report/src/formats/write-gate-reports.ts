import { inParallel } from '@harbor-pilot/core';
import type { GateReport } from '@harbor-pilot/step-kit';
import { renderGateHtml } from '../gate-html/gate-page.ts';
import { renderGateMarkdown } from '../gate-markdown/gate-markdown.ts';
import { csvReport } from './csv.ts';
import { codeQualityReport } from './gitlab-code-quality.ts';
import { containerScanningReport } from './gitlab-container-scanning.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { type PreparedReport, prepareReport } from './prepared-report.ts';
import { sarifReport } from './sarif.ts';
import { writePieces } from './write-pieces.ts';

/** Formats of files, in pieces of text of a report that is ready for them. */
const renderers = {
  html: renderGateHtml,
  markdown: (report) => [renderGateMarkdown(report, 'gitlab-note')],
  json: jsonReport,
  sarif: sarifReport,
  junit: junitReport,
  'gitlab-container-scanning': containerScanningReport,
  'gitlab-code-quality': codeQualityReport,
  csv: csvReport,
} as const satisfies Readonly<Record<string, (report: PreparedReport) => Iterable<string>>>;

/** A format of gate reports that goes into a file. */
export type GateReportFormat = keyof typeof renderers;

/** All of them. */
export const gateReportFormats = Object.keys(renderers) as readonly GateReportFormat[];

/** A report of the gate in one format, in pieces of text. */
export function renderGateReport(report: GateReport, format: GateReportFormat): Iterable<string> {
  return renderers[format](prepareReport(report));
}

/** While the disk takes one file the next is made. */
const filesAtOnce = 2;

/**
 * Writes a report of the gate to files, each whole or not at all.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function writeGateReports(
  report: GateReport,
  files: readonly { readonly format: GateReportFormat; readonly path: string }[],
  signal?: AbortSignal,
): Promise<void> {
  const prepared = prepareReport(report);
  const write = ({ format, path }: (typeof files)[number]): Promise<void> =>
    writePieces(path, renderers[format](prepared), signal);
  await inParallel(files, write, filesAtOnce);
}
