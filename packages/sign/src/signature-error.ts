import { PilotError } from '@harbor-pilot/core';
import type { ExaminedDigest, ExamineOptions, SignatureFailure } from './examined-digest.ts';

const signAgain = 'Sign the image again.';
const sameSigstore = 'Check that the trust root is that of the Sigstore that was signed with.';

const meanings: Readonly<Record<SignatureFailure, { readonly fact: string; readonly hint: string }>> = {
  'another signer': { fact: 'by another signer', hint: 'Check that the key or identity belongs to who signed.' },
  'another digest': {
    fact: 'for another digest',
    hint: 'Somebody attached the signature of another image. Sign this one.',
  },
  'another repository': {
    fact: 'for another repository',
    hint: 'The image was copied together with its signature. Sign it again here, or expect the repository it was signed for.',
  },
  'no repository': {
    fact: 'for no repository in particular',
    hint: 'Sign again with Harbor Pilot, or with "cosign sign -a docker-reference=REGISTRY/REPOSITORY".',
  },
  'other annotations': { fact: 'with other annotations', hint: 'Sign it with the annotations that are asked for.' },
  damaged: { fact: 'damaged', hint: signAgain },
  'untrusted certificate': { fact: 'with a certificate that is not trusted', hint: sameSigstore },
  'expired trust root': { fact: 'of a time when the trust root did not count', hint: 'Give a newer trust root.' },
  'no transparency log': {
    fact: 'without proof of a transparency log',
    hint: `${sameSigstore} Sign with its log, or waive it with insecure-ignore-transparency-log.`,
  },
  'no timestamp': {
    fact: 'without a trusted time',
    hint: `${sameSigstore} Sign with its timestamp authority or log, or waive it with insecure-ignore-timestamp.`,
  },
  'no certificate transparency': {
    fact: 'without proof of a certificate log',
    hint: `${sameSigstore} It can be waived with insecure-ignore-certificate-transparency.`,
  },
};

/** Why none of the signatures of a digest counts, as an error. */
export function signatureError(options: ExamineOptions, examined: ExaminedDigest): PilotError {
  if (examined.withheld !== undefined) return examined.withheld;
  return examined.refused.length === 0 ? missing(options, examined) : invalid(options, examined);
}

function missing(options: ExamineOptions, { attestations, notation }: ExaminedDigest): PilotError {
  const others = [
    ...(attestations === 0 ? [] : [`${attestations} ${attestations === 1 ? 'attestation' : 'attestations'}`]),
    ...(notation === 0 ? [] : [`${notation} of Notation, which are not verified here`]),
  ];
  const fact = others.length === 0 ? '' : ` (but ${others.join(' and ')})`;
  return new PilotError('SIGNATURE_MISSING', `${nameOf(options)} has no signature${fact}`, {
    hint: 'Sign the digest, and every child of an index, with the step "sign" or with "cosign sign --recursive".',
  });
}

function invalid(options: ExamineOptions, { refused }: ExaminedDigest): PilotError {
  const failures = [...new Set(refused.map(({ failure }) => failure))];
  const facts = failures.map((failure) => {
    const those = refused.filter((one) => one.failure === failure);
    const reasons = [...new Set(those.map(({ reason }) => reason))];
    return `${those.length} ${meanings[failure].fact}${reasons.length === 1 ? ` (${reasons[0]})` : ''}`;
  });
  const expected = options.expectedReference === undefined ? '' : ` for ${options.expectedReference}`;
  return new PilotError(
    failures.includes('expired trust root') ? 'TRUST_ROOT_EXPIRED' : 'SIGNATURE_INVALID',
    `${nameOf(options)} has no valid signature${expected}: ${facts.join(', ')}`,
    {
      hint: [...new Set(failures.map((failure) => meanings[failure].hint))].join(' '),
      details: { failures: failures.join(', ') },
    },
  );
}

function nameOf({ registry, repository, digest }: ExamineOptions): string {
  return `${registry.host}/${repository}@${digest}`;
}
