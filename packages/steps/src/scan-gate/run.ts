import { PilotError } from '@harbor-pilot/core';
import { gatePartOf, judgeImage, parsePolicy, waitForReport } from '@harbor-pilot/gate';
import { type Digest, formatPlatform } from '@harbor-pilot/oci';
import { renderMarkdown } from '@harbor-pilot/report';
import type { GatePart, InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { addToRecord, imageName } from '../record-file.ts';
import { findDigest, type ImageTree, readTree } from '../subject.ts';
import type { gateInputs, scanGateStepInputs, scanGateStepOutputs } from './inputs.ts';

/** Waits for the scan of an image and judges it; the verdict is given back, not thrown. */
export async function gate(
  values: InputValues<typeof gateInputs>,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<GatePart> {
  const policy = parsePolicy(values);
  let last = '';
  const scanned = await waitForReport({
    harbor: connection.harbor,
    project: connection.project,
    repository: connection.name,
    digest: tree.root.digest,
    platforms: platformNames(tree),
    timeoutSeconds: values.scanTimeout,
    clock: runtime.clock,
    signal: runtime.signal,
    progress: ({ status, elapsedSeconds }) => {
      const line = status === 'absent' ? 'waiting for the scan to begin' : `scan: ${status}`;
      if (line !== last) runtime.info(`  ${line} (${elapsedSeconds.toFixed(1)} s)`);
      last = line;
    },
  });
  const report = judgeImage({
    ...scanned,
    image: imageName(connection),
    source: { name: scanned.scanner ?? 'Harbor' },
    policy,
    now: runtime.clock.now(),
  });
  const verdict = gatePartOf(report, policy);
  for (const warning of report.warnings) runtime.warn(warning);
  for (const reason of verdict.reasons) runtime.info(`  ${reason}`);
  runtime.info(`  verdict: ${verdict.verdict}`);
  return verdict;
}

function platformNames({ children }: ImageTree): ReadonlyMap<Digest, string> {
  return new Map(
    children.flatMap(({ digest, platform }) =>
      platform === undefined ? [] : [[digest, formatPlatform(platform)] as const],
    ),
  );
}

/**
 * The error of a refused image.
 * @param failBuild false turns it into a warning, and gives nothing back.
 */
export function refusal(verdict: GatePart, failBuild: boolean, runtime: Runtime): PilotError | undefined {
  if (verdict.verdict === 'passed') return undefined;
  const message = `the scan gate refused the image: ${verdict.reasons.join(' ')}`;
  if (!failBuild) {
    runtime.warn(`${message} It goes on because fail-build is false.`);
    return undefined;
  }
  const fixable = verdict.vulnerabilities.filter(({ refused, fixVersion }) => refused && fixVersion !== undefined);
  const upgrades = [...new Set(fixable.map(({ package: name, fixVersion }) => `${name} to ${fixVersion}`))].slice(0, 5);
  return new PilotError('GATE_REFUSED', message, {
    hint:
      upgrades.length > 0
        ? `Upgrade ${upgrades.join(', ')}, then release again.`
        : 'None of them has a fixed version yet: choose another package or base image.',
    details: { refused: verdict.vulnerabilities.filter(({ refused }) => refused).length },
  });
}

/** Runs the step `scan-gate`. */
export async function runScanGate(
  values: InputValues<typeof scanGateStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof scanGateStepOutputs>> {
  const connection = await connect(values, runtime);
  const digest = await findDigest(values, connection, runtime);
  const verdict = await gate(values, await readTree(connection, digest), connection, runtime);
  const record = await addToRecord(values.record, connection, digest, { gate: verdict }, runtime);
  await runtime.summary(renderMarkdown(record));
  const error = refusal(verdict, values.failBuild, runtime);
  if (error !== undefined) throw error;
  return {
    digest,
    verdict: verdict.verdict,
    refusedCount: String(verdict.vulnerabilities.filter(({ refused }) => refused).length),
  };
}
