import { gatePartOf, judgeImage } from '@harbor-pilot/gate';
import type { GatePart, GateReport, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import { imageName } from '../record-file.ts';
import type { ImageTree } from '../subject.ts';
import { findBaseline } from './baseline.ts';
import type { gateOutputs } from './inputs.ts';
import type { GatePlan } from './plan.ts';
import { writeReports } from './report-files.ts';
import { requireSboms, type Scanned, scan } from './scanned.ts';

/** What came of a run of the gate. */
export interface Judgement {
  readonly report: GateReport;
  /** For the record. */
  readonly part: GatePart;
  readonly outputs: OutputValues<typeof gateOutputs>;
}

/** Waits for the scan of an image, judges it, and writes the reports. A refusal is given back, not thrown. */
export async function gate(
  plan: GatePlan,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<Judgement> {
  const { values, policy } = plan;
  const scanned = await scan(values, tree, connection, runtime);
  const report = await judge(plan, scanned, tree, connection, runtime);
  for (const warning of report.warnings) runtime.warn(warning);
  for (const reason of report.reasons) runtime.info(`  ${reason}`);
  runtime.info(`  verdict: ${report.verdict}`);
  const files = await writeReports(report, values.gateReports, plan.formats, runtime);
  return {
    report,
    part: gatePartOf(report, policy),
    outputs: { verdict: report.verdict, refusedCount: String(refusedOf(report).length), ...files },
  };
}

async function judge(
  { values, policy, exceptions, threats }: GatePlan,
  scanned: Scanned,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<GateReport> {
  const { digest } = tree.root;
  const comparing = { connection, digest, timeoutSeconds: values.scanTimeout };
  const baseline = values.baseline === undefined ? undefined : await findBaseline(values.baseline, comparing, runtime);
  return judgeImage({
    ...scanned,
    image: imageName(connection),
    digest,
    policy,
    exceptions: exceptions.exceptions,
    threats,
    ...(baseline === undefined ? {} : { baseline }),
    hasSbom: values.requireSbom && (await requireSboms(values, tree, connection, runtime)),
    warnings: [...exceptions.warnings, ...(scanned.warnings ?? [])],
    now: runtime.clock.now(),
  });
}

/** The vulnerabilities that refuse an image. */
export function refusedOf({ vulnerabilities }: GateReport): GateReport['vulnerabilities'] {
  return vulnerabilities.filter(({ outcome }) => outcome === 'refused');
}
