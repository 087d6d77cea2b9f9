import { gateReportFormats } from '@harbor-pilot/report';
import type { GateReport } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { gateInputs } from '../src/scan-gate/inputs.ts';
import { refusal } from '../src/scan-gate/refusal.ts';
import { captureRuntime } from './runtime.ts';

const refused: GateReport = {
  schemaVersion: 1,
  image: 'harbor.example.com/shop/app',
  digest: `sha256:${'a'.repeat(64)}`,
  platforms: ['linux/amd64'],
  source: { name: 'Trivy' },
  verdict: 'refused',
  failBuild: true,
  policy: [],
  reasons: [
    '1 vulnerability is of high severity or worse; the policy allows none.',
    'TEST-1 in a 1 (high): no fix yet.',
  ],
  warnings: [],
  counts: {},
  vulnerabilities: [],
  exceptions: [],
  upgrades: [],
  judgedAt: '2026-11-22T12:00:00Z',
  durationSeconds: 1,
};
const sentences =
  'the scan gate refused the image: 1 vulnerability is of high severity or worse; the policy allows none. TEST-1 in a 1 (high): no fix yet.';

it('the input gate-formats has all formats that there are', () => {
  expect(gateInputs.gateFormats.choices).toEqual([...gateReportFormats, 'none']);
});

describe('a refused image', () => {
  it('is an error in whole sentences', () => {
    expect(refusal(refused, captureRuntime('/nowhere'))).toMatchObject({ code: 'GATE_REFUSED', message: sentences });
  });

  it('is told what to upgrade, and how many have no fix', () => {
    const found = {
      package: 'a',
      version: '1',
      severity: 'High',
      countedAs: 'High',
      platforms: [],
      because: '',
    } as const;
    const vulnerabilities = [
      { ...found, id: 'TEST-1', outcome: 'refused' },
      { ...found, id: 'TEST-2', outcome: 'refused', fixVersion: '2' },
      { ...found, id: 'TEST-3', outcome: 'allowed' },
    ] as const;
    const upgrades = [{ package: 'a', from: '1', to: '2', removes: ['TEST-2'], refused: 1 }];
    expect(refusal({ ...refused, vulnerabilities, upgrades }, captureRuntime('/nowhere'))?.hint).toBe(
      'Upgrade a to 2, then release again. 1 has no fix yet: choose another package or base image, or write an exception.',
    );
  });

  it('is a warning in whole sentences where the build shall not fail', () => {
    const runtime = captureRuntime('/nowhere');
    expect(refusal({ ...refused, failBuild: false }, runtime)).toBeUndefined();
    expect(runtime.lines).toEqual([`warning: ${sentences} It goes on because fail-build is false.`]);
  });

  it('is no error when it has passed', () => {
    expect(refusal({ ...refused, verdict: 'passed' }, captureRuntime('/nowhere'))).toBeUndefined();
  });
});
