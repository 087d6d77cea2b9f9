import { dirname, join, resolve } from 'node:path';
import { makeFolder, writeWhole } from '@harbor-pilot/core';
import { openVerifyJson, renderVerifyMarkdown, renderVerifyText, type VerifyJsonFile } from '@harbor-pilot/report';
import type { InputValues, Runtime, VerifyReport } from '@harbor-pilot/step-kit';
import type { verifyStepInputs } from './inputs.ts';

/** Which reports are wanted, and where. */
export type ReportValues = Pick<InputValues<typeof verifyStepInputs>, 'verifyReports' | 'verifyFormats'>;

const renderers = { markdown: renderVerifyMarkdown, text: (report: VerifyReport) => `${renderVerifyText(report)}\n` };
const fileNames = { markdown: 'verify-report.md', text: 'verify-report.txt', json: 'verify-report.json' } as const;

function formatsOf({ verifyFormats }: ReportValues): readonly string[] {
  return verifyFormats ?? Object.keys(fileNames);
}

/**
 * Begins the report that has all images, which are written as they come; undefined when it is not wanted.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function openJson(values: ReportValues, { workspace }: Runtime): Promise<VerifyJsonFile | undefined> {
  if (!formatsOf(values).includes('json')) return undefined;
  return openVerifyJson(resolve(workspace, values.verifyReports, fileNames.json));
}

/**
 * Writes the other reports.
 * @returns the folder, when there is anything in it.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function writeReports(
  report: VerifyReport,
  values: ReportValues,
  runtime: Runtime,
): Promise<string | undefined> {
  const formats = formatsOf(values);
  for (const format of ['markdown', 'text'] as const) {
    if (!formats.includes(format)) continue;
    const path = resolve(runtime.workspace, values.verifyReports, fileNames[format]);
    await makeFolder(dirname(path));
    await writeWhole(path, renderers[format](report));
  }
  const written = Object.entries(fileNames).filter(([format]) => formats.includes(format));
  if (written.length === 0) return undefined;
  runtime.info(`  reports in ${join(values.verifyReports)}: ${written.map(([, name]) => name).join(', ')}`);
  return values.verifyReports;
}
