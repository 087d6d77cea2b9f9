import { formatCount, PilotError } from '@harbor-pilot/core';
import type { GateReport, Runtime } from '@harbor-pilot/step-kit';

const namedUpgrades = 5;

/** How many vulnerabilities count against an image. */
export function refusedCount({ vulnerabilities }: GateReport): number {
  return vulnerabilities.filter(({ outcome }) => outcome === 'refused').length;
}

/** The error of a refused image; where a refusal does not fail the build it is a warning, and nothing is given back. */
export function refusal(report: GateReport, runtime: Pick<Runtime, 'warn'>): PilotError | undefined {
  if (report.verdict === 'passed') return undefined;
  const message = `the scan gate refused the image: ${report.reasons.join(' ')}`;
  if (!report.failBuild) {
    runtime.warn(`${message} It goes on because fail-build is false.`);
    return undefined;
  }
  return new PilotError('GATE_REFUSED', message, { hint: hintFor(report), details: { refused: refusedCount(report) } });
}

function hintFor({ vulnerabilities, upgrades }: GateReport): string {
  const refused = vulnerabilities.filter(({ outcome }) => outcome === 'refused');
  const helpful = upgrades.filter((upgrade) => upgrade.refused > 0).slice(0, namedUpgrades);
  const unfixed = refused.filter(({ fixVersion }) => fixVersion === undefined).length;
  const advice = [
    ...(helpful.length === 0
      ? []
      : [`Upgrade ${helpful.map((upgrade) => `${upgrade.package} to ${upgrade.to}`).join(', ')}, then release again.`]),
    ...(unfixed === 0
      ? []
      : [
          `${formatCount(unfixed, 'has', 'have')} no fix yet: choose another package or base image, or write an exception.`,
        ]),
  ];
  return advice.join(' ') || 'The reasons say what the policy wants.';
}
