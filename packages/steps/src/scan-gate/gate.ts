import { gatePartOf, judgeImage, keepYoungMemorySmall, predictHarborVerdict } from '@harbor-pilot/gate';
import { gateMarker, renderGateMarkdown, renderGateText } from '@harbor-pilot/report';
import type { GatePart, GateReport, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import type { CommentValues } from '../comment/post-comment.ts';
import type { Connection } from '../connect.ts';
import { imageName } from '../record-file.ts';
import type { ImageTree } from '../subject.ts';
import { readAllowlist } from './allowlist.ts';
import { withBaseUpgrade } from './base-image.ts';
import { findBaseline } from './baseline.ts';
import { childNames } from './child-names.ts';
import { findBase } from './find-base.ts';
import { withImagesIn } from './images-in.ts';
import type { gateOutputs } from './inputs.ts';
import type { GatePlan } from './plan.ts';
import { refusedCount } from './refusal.ts';
import { writeReports } from './report-files.ts';
import { ensureSboms, type Scanned, scan } from './scanned.ts';
import { withPlatforms } from './with-platforms.ts';

/** What came of a run of the gate. */
export interface Judgement {
  readonly report: GateReport;
  /** For the record. */
  readonly part: GatePart;
  readonly outputs: OutputValues<typeof gateOutputs>;
}

const indent = '  ';
const logColumns = 120;

/** Waits for the scan of an image, judges it, and writes the reports. A refusal is given back, not thrown. */
export async function gate(
  plan: GatePlan,
  given: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<Judgement> {
  const { values, policy } = plan;
  keepYoungMemorySmall();
  const tree = await withPlatforms(await withImagesIn(given, connection), connection);
  const scanned = await scan(values, tree, connection, runtime);
  if (values.requireSbom) await ensureSboms(values, tree, connection, runtime);
  const report = await judge(plan, scanned, tree, connection, runtime);
  for (const warning of report.warnings) runtime.warn(warning);
  const wholeReport = plan.formats.length === 0 ? {} : { wholeReport: values.gateReports };
  const { columns = logColumns, isColoured = false } = runtime.terminal ?? {};
  const text = renderGateText(report, { ...wholeReport, columns: columns - indent.length, isColoured });
  for (const line of text.split('\n')) runtime.info(`${indent}${line}`);
  const files = await writeReports(report, values.gateReports, plan.formats, runtime);
  if (values.comment) await comment(report, values, runtime);
  return {
    report,
    part: gatePartOf(report, policy),
    outputs: { verdict: report.verdict, refusedCount: String(refusedCount(report)), ...files },
  };
}

async function comment(report: GateReport, values: CommentValues, runtime: Runtime): Promise<void> {
  const { postComment } = await import('../comment/post-comment.ts');
  const places = { github: 'github-comment', gitlab: 'gitlab-note' } as const;
  const textFor = (system: keyof typeof places): string =>
    renderGateMarkdown(report, places[system], runtime.run.runUrl);
  await postComment({ line: gateMarker(report.image), textFor }, values, runtime);
}

async function judge(
  { values, policy, exceptions, threats, noBaseline }: GatePlan,
  scanned: Scanned,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<GateReport> {
  const { digest } = tree.root;
  const now = runtime.clock.now();
  const digests = new Set([digest, ...scanned.platformDigests.values()]);
  const { scanTimeout: timeoutSeconds, gateReports } = values;
  const comparing = { connection, digests, timeoutSeconds, gateReports };
  const baseline = values.baseline === undefined ? noBaseline : await findBaseline(values.baseline, comparing, runtime);
  const base = values.baseImage === undefined ? undefined : await findBase(values.baseImage, tree, connection, runtime);
  const image = { ...scanned, image: imageName(connection), digest };
  const allowlist = await readAllowlist(connection, exceptions.exceptions, image, now);
  const report = judgeImage({
    ...image,
    policy,
    exceptions: [...exceptions.exceptions, ...allowlist.exceptions],
    threats,
    ...(baseline === undefined ? {} : typeof baseline === 'string' ? { noBaseline: baseline } : { baseline }),
    ...(base === undefined ? {} : { baseLayers: base.layers }),
    hasSbom: values.requireSbom,
    warnings: [...exceptions.warnings, ...allowlist.warnings, ...(scanned.warnings ?? [])],
    now,
  });
  const harbor = await predictHarborVerdict({
    harbor: connection.harbor,
    project: connection.project,
    repository: connection.name,
    digest,
    platforms: childNames(tree),
    ...(values.scanSource === 'harbor' ? { scanned } : {}),
    own: report,
    clock: runtime.clock,
  });
  const told = { ...report, harbor };
  return base === undefined ? told : withBaseUpgrade(told, base, connection, runtime);
}
