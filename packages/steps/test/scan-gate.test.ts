import type { GatePart } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { refusal } from '../src/scan-gate/run.ts';
import { captureRuntime } from './runtime.ts';

const refused: GatePart = {
  verdict: 'refused',
  severityCutoff: 'high',
  onlyFixed: false,
  counts: {},
  vulnerabilities: [],
  truncated: 0,
  reasons: [
    '1 vulnerability is of high severity or worse; the policy allows none.',
    'TEST-1 in a 1 (high): no fix yet.',
  ],
  durationSeconds: 1,
};
const sentences =
  'the scan gate refused the image: 1 vulnerability is of high severity or worse; the policy allows none. TEST-1 in a 1 (high): no fix yet.';

describe('a refused image', () => {
  it('is an error in whole sentences', () => {
    expect(refusal(refused, true, captureRuntime('/nowhere'))).toMatchObject({
      code: 'GATE_REFUSED',
      message: sentences,
    });
  });

  it('is a warning in whole sentences where the build shall not fail', () => {
    const runtime = captureRuntime('/nowhere');
    expect(refusal(refused, false, runtime)).toBeUndefined();
    expect(runtime.lines).toEqual([`warning: ${sentences} It goes on because fail-build is false.`]);
  });
});
