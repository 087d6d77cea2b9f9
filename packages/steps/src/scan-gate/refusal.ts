import { PilotError } from '@harbor-pilot/core';
import type { GateReport, Runtime } from '@harbor-pilot/step-kit';
import { refusedOf } from './gate.ts';

const namedUpgrades = 5;

/** The error of a refused image; where a refusal does not fail the build it is a warning, and nothing is given back. */
export function refusal(report: GateReport, runtime: Pick<Runtime, 'warn'>): PilotError | undefined {
  if (report.verdict === 'passed') return undefined;
  const message = `the scan gate refused the image: ${report.reasons.join(' ')}`;
  if (!report.failBuild) {
    runtime.warn(`${message} It goes on because fail-build is false.`);
    return undefined;
  }
  const refused = refusedOf(report);
  return new PilotError('GATE_REFUSED', message, { hint: hintFor(refused), details: { refused: refused.length } });
}

function hintFor(refused: GateReport['vulnerabilities']): string {
  if (refused.length === 0) return 'The reasons say what the policy wants.';
  const upgrades = new Set(
    refused.flatMap(({ package: name, fixVersion }) => (fixVersion === undefined ? [] : [`${name} to ${fixVersion}`])),
  );
  if (upgrades.size === 0) return 'None of them has a fixed version yet: choose another package or base image.';
  return `Upgrade ${[...upgrades].slice(0, namedUpgrades).join(', ')}, then release again.`;
}
