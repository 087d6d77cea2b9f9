import { join, resolve } from 'node:path';
import { type GateReportFormat, writeGateReports } from '@harbor-pilot/report';
import type { GateReport, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import type { gateOutputs } from './inputs.ts';

/** Names of the files. Those of GitLab are the ones of its own templates. */
const fileNames: Readonly<Record<GateReportFormat, string>> = {
  html: 'gate-report.html',
  markdown: 'gate-report.md',
  json: 'gate-report.json',
  sarif: 'gate-report.sarif',
  junit: 'gate-report.junit.xml',
  csv: 'gate-report.csv',
  'gitlab-container-scanning': 'gl-container-scanning-report.json',
  'gitlab-code-quality': 'gl-code-quality-report.json',
};

/**
 * Writes the reports of a run of the gate.
 * @param folder relative to the workspace.
 * @returns where they are, as outputs.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function writeReports(
  report: GateReport,
  folder: string,
  formats: readonly GateReportFormat[],
  runtime: Runtime,
): Promise<OutputValues<typeof gateOutputs>> {
  if (formats.length === 0) return {};
  const files = formats.map((format) => ({ format, path: resolve(runtime.workspace, folder, fileNames[format]) }));
  await writeGateReports(report, files, runtime.signal);
  runtime.info(`  reports in ${folder}: ${formats.map((format) => fileNames[format]).join(', ')}`);
  const output = (format: GateReportFormat): string | undefined =>
    formats.includes(format) ? join(folder, fileNames[format]) : undefined;
  return { gateReports: folder, sarif: output('sarif'), junit: output('junit') };
}
