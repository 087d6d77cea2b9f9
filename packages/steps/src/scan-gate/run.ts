import { renderGateMarkdown } from '@harbor-pilot/report';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { connect } from '../connect.ts';
import { setOutputs } from '../outputs.ts';
import { addToRecord } from '../record-file.ts';
import { findDigest, readTree } from '../subject.ts';
import { gate } from './gate.ts';
import type { scanGateStepInputs, scanGateStepOutputs } from './inputs.ts';
import { comparedWithDeployed, planGate } from './plan.ts';
import { refusal } from './refusal.ts';
import type { gateSettings } from './settings.ts';
import { digestOfTag, readTreeToScan } from './withheld.ts';

/** Runs the step `scan-gate`. */
export async function runScanGate(
  values: InputValues<typeof scanGateStepInputs & typeof gateSettings>,
  runtime: Runtime,
): Promise<OutputValues<typeof scanGateStepOutputs>> {
  const connection = await connect(values, runtime);
  const plan = comparedWithDeployed(await planGate(values, runtime), undefined);
  const place = { project: connection.project, repository: connection.name };
  const digest = await findDigest(values, connection, runtime, (tag) => digestOfTag(tag, place, connection));
  const tree = await (values.scanSource === 'harbor' ? readTreeToScan : readTree)(connection, digest);
  const { report, part, outputs } = await gate(plan, tree, connection, runtime);
  await addToRecord(values.record, connection, digest, { gate: part }, runtime);
  await runtime.summary(renderGateMarkdown(report, 'github-summary', outputs.gateReports));
  const error = refusal(report, runtime);
  // Later steps upload the reports of a refused image, too.
  if (error !== undefined) setOutputs({ digest, ...outputs }, runtime);
  if (error !== undefined) throw error;
  return { digest, ...outputs };
}
