import { describe, expect, it } from '@jest/globals';
import {
  causeChain,
  type ErrorCode,
  errorFamilies,
  exitCodeOf,
  Interrupted,
  interruptSignals,
  mayRetry,
  PilotError,
  registerSecret,
  toPilotError,
} from '../src/index.ts';

describe('PilotError', () => {
  it('has the exit code of its family', () => {
    const codes: readonly [ErrorCode, number][] = [
      ['INTERNAL', 1],
      ['INPUT_INVALID', 2],
      ['AUTH_FAILED', 3],
      ['TLS_UNTRUSTED', 4],
      ['GATE_REFUSED', 5],
      ['ROLLOUT_FAILED', 6],
      ['QUOTA_EXCEEDED', 7],
      ['SCAN_UNFINISHED', 8],
      ['DIGEST_MISMATCH', 9],
    ];
    for (const [code, exitCode] of codes) expect(new PilotError(code, 'x').exitCode).toBe(exitCode);
    for (const code of Object.keys(errorFamilies) as ErrorCode[]) expect(exitCodeOf(code)).toBeGreaterThan(0);
  });

  it('says when a retry may help', () => {
    expect(mayRetry(new PilotError('REGISTRY_UNAVAILABLE', 'x'))).toBe(true);
    expect(mayRetry(new PilotError('SCAN_FAILED', 'x'))).toBe(true);
    expect(mayRetry(new PilotError('GATE_REFUSED', 'x'))).toBe(false);
    expect(mayRetry(new Error('x'))).toBe(false);
  });

  it('redacts message, hint and details at construction', () => {
    registerSecret('s3cr3t$value');
    const encoded = Buffer.from('s3cr3t$value').toString('base64');
    const error = new PilotError('AUTH_FAILED', 'no s3cr3t$value', {
      hint: `not ${encoded}`,
      details: { url: 'x?p=s3cr3t%24value', status: 401 },
    });
    expect(error.message).toBe('no ***');
    expect(error.hint).toBe('not ***');
    expect(error.details).toEqual({ url: 'x?p=***', status: 401 });
  });

  it('takes anything else for a bug, and keeps it as the cause', () => {
    const thrown = new TypeError('x is not a function');
    const error = toPilotError(thrown);
    expect([error.code, error.cause]).toEqual(['INTERNAL', thrown]);
    expect(toPilotError(error)).toBe(error);
    expect(toPilotError('text').message).toBe('text');
  });

  it('lists its causes, outermost first', () => {
    const inner = new Error('ECONNREFUSED');
    const middle = new Error('connect failed', { cause: inner });
    expect(causeChain(new PilotError('NETWORK_UNREACHABLE', 'x', { cause: middle }))).toEqual([
      'connect failed',
      'ECONNREFUSED',
    ]);
  });
});

describe('Interrupted', () => {
  it('ends with the code that shells give to a signal', () => {
    expect(interruptSignals.map((signal) => new Interrupted(signal).exitCode)).toEqual([129, 130, 143]);
  });
});
