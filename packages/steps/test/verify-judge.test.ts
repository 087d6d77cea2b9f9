import { PilotError } from '@harbor-pilot/core';
import type { ExaminedPart, SignatureFailure } from '@harbor-pilot/sign';
import { type ReportedAttestation, type SignatureState, signatureStates } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { imageState, reportDigest, stateBySignatures } from '../src/verify/judge.ts';
import { refusalOf } from '../src/verify/refusal.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;
const part = (fields: Partial<ExaminedPart> = {}): ExaminedPart => ({
  digest,
  proved: [],
  refused: [],
  attestations: 0,
  notation: 0,
  ...fields,
});
const refused = (...failures: readonly SignatureFailure[]): ExaminedPart =>
  part({
    refused: failures.map((failure) => ({ format: 'bundle', signatureDigest: digest, failure, reason: 'it is so' })),
  });
const signed = part({
  proved: [
    {
      digest,
      reference: undefined,
      annotations: {},
      format: 'bundle',
      signatureDigest: digest,
      proof: { signer: { kind: 'key', keyId: digest }, verifiedWith: [], waived: [] },
    },
  ],
});
const withheld = new PilotError('PULL_REFUSED', 'Harbor does not give it out');

describe('a digest', () => {
  it.each<readonly [SignatureState, ExaminedPart]>([
    ['not-signed', part()],
    ['only-attested', part({ attestations: 2, notation: 1 })],
    ['notation', part({ notation: 1 })],
    ['withheld', part({ withheld, refused: refused('another signer').refused })],
    ['signed', { ...signed, withheld, refused: refused('damaged').refused }],
    ['another-signer', refused('another signer')],
    ['untrusted-certificate', refused('another signer', 'untrusted certificate')],
    ['tampered', refused('another signer', 'damaged')],
    ['no-certificate-transparency', refused('no certificate transparency', 'another signer')],
    ['no-transparency-log', refused('no transparency log')],
    ['no-timestamp', refused('no timestamp')],
    ['expired-trust-root', refused('another signer', 'expired trust root')],
    ['another-digest', refused('damaged', 'another digest')],
    ['other-annotations', refused('other annotations', 'another digest')],
    ['unbound', refused('other annotations', 'no repository')],
    ['replayed', refused('another signer', 'no repository', 'another repository')],
  ])('stands by its signatures: %s', (state, examined) => {
    expect(stateBySignatures(examined)).toBe(state);
  });

  it('needs its attestations, too, and says what is wrong with them', () => {
    const attestation = (outcome: ReportedAttestation['outcome']): ReportedAttestation => ({ type: 'vuln', outcome });
    const stateWith = (...outcomes: readonly ReportedAttestation['outcome'][]): SignatureState =>
      reportDigest(signed, outcomes.map(attestation)).state;
    expect(stateWith('verified', 'verified')).toBe('signed');
    expect(stateWith('verified', 'missing')).toBe('attestation-missing');
    expect(stateWith('missing', 'invalid')).toBe('attestation-invalid');
    expect(reportDigest(part({ withheld }), []).trouble).toBe('Harbor does not give it out');
  });
});

describe('an image', () => {
  const stateOf = (parts: readonly ExaminedPart[], error?: PilotError): SignatureState =>
    imageState(
      parts.map((one) => reportDigest(one, [])),
      error === undefined ? {} : { withheld: error },
    );

  it.each<readonly [SignatureState, readonly ExaminedPart[]]>([
    ['signed', [signed, signed]],
    ['index-only', [signed, part(), signed]],
    ['index-only', [signed, part({ attestations: 1 })]],
    ['not-signed', [part(), signed]],
    ['another-signer', [signed, part(), refused('another signer')]],
    ['tampered', [refused('another repository'), refused('damaged')]],
  ])('stands as the worst of its digests: %s', (state, parts) => {
    expect(stateOf(parts)).toBe(state);
  });

  it('is not signed as far as anybody knows when its index is not given out', () => {
    expect(stateOf([signed], withheld)).toBe('withheld');
    expect(stateOf([part()], withheld)).toBe('not-signed');
  });
});

it('every result but one is an error of the family of policies', () => {
  for (const state of signatureStates) {
    const error = refusalOf({
      schemaVersion: 1,
      scope: 'image',
      subject: 'harbor.example/shop/app',
      terms: { signers: [], rules: [], waivers: [] },
      verdict: state === 'signed' ? 'verified' : 'refused',
      counts: { [state]: 1 },
      verifiedWith: [],
      warnings: [],
      images: [{ image: 'harbor.example/shop/app', digest, tags: [], state, digests: [reportDigest(part(), [])] }],
      verifiedAt: '2026-11-22T12:00:00.000Z',
      durationSeconds: 1,
    });
    expect(error?.exitCode).toBe(state === 'signed' ? undefined : 5);
    if (error !== undefined) expect(error.hint).toMatch(/\.$/);
  }
});
