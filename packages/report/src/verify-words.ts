import { formatCount, formatNumber } from '@harbor-pilot/core';
import {
  type ReportedSignature,
  type ReportedSigner,
  type SignatureState,
  signatureStates,
  type VerifyReport,
} from '@harbor-pilot/step-kit';
import { formatDay } from './format.ts';
import type { Tone } from './headline.ts';

/** What a result of `verify` means. */
export interface StateWords {
  /** A few words: `signed by someone else`. */
  readonly title: string;
  readonly meaning: string;
  /** What to do; empty when there is nothing. */
  readonly advice: string;
}

const signIt = 'Sign it, and every image of an index, with the step "sign" or with "cosign sign --recursive".';
const suspicious = 'Do not run it before you know who did that and why. Then build and sign it again.';

/** What each result means, and what to do. */
export const stateWords: Readonly<Record<SignatureState, StateWords>> = {
  signed: { title: 'signed', meaning: 'Somebody who is trusted has signed it.', advice: '' },
  withheld: {
    title: 'not given out',
    meaning: 'Harbor does not give out what has to be read.',
    advice: 'Verify with an account that may push to the repository: Harbor lets it read what its policies withhold.',
  },
  'index-only': {
    title: 'signed only on the index',
    meaning: 'The index is signed, an image in it is not; runtimes pull that by its own digest, and Harbor refuses it.',
    advice: signIt,
  },
  'not-signed': { title: 'not signed', meaning: 'It has no signature.', advice: signIt },
  'only-attested': {
    title: 'only attested',
    meaning: 'It has attestations, but no signature. Harbor from 2.15 on shows it as signed all the same.',
    advice: signIt,
  },
  notation: {
    title: 'signed with Notation',
    meaning: 'It is signed with Notation, which is not verified here.',
    advice: 'Verify it with "notation verify", and sign it with the step "sign", too.',
  },
  'attestation-missing': {
    title: 'an attestation is missing',
    meaning: 'It is signed, but has no attestation of a type that is required.',
    advice: 'Attest it with the step "attest" or with "cosign attest".',
  },
  'attestation-invalid': {
    title: 'an attestation does not count',
    meaning: 'It is signed, but what an attestation says is not what is required, or nobody who is trusted says it.',
    advice: 'Look at the attestation: build the image again so that it meets the conditions, or correct the policy.',
  },
  'no-timestamp': {
    title: 'no timestamp',
    meaning: 'It is signed, but no timestamp authority of the trust root says when.',
    advice: 'Sign it with the timestamp authority that the trust root names.',
  },
  'no-transparency-log': {
    title: 'not in a transparency log',
    meaning: 'It is signed, but no log of the trust root has the signature.',
    advice: 'Sign it with the transparency log that the trust root names.',
  },
  'no-certificate-transparency': {
    title: 'certificate not in a log',
    meaning: 'It is signed, but no certificate log of the trust root has the certificate.',
    advice: 'Use a certificate authority that logs its certificates, or a trust root that names the right logs.',
  },
  'expired-trust-root': {
    title: 'expired trust root',
    meaning: 'The keys of the trust root that are needed have expired, or were not valid yet.',
    advice: 'Get the trust root anew from whoever runs the Sigstore, and give it as "trusted-root".',
  },
  'other-annotations': {
    title: 'other annotations',
    meaning: 'It is signed by somebody who is trusted, but without the annotations that are required.',
    advice: 'Sign it with these annotations, or correct the policy.',
  },
  unbound: {
    title: 'signed for no repository',
    meaning: 'The signature does not say for which repository it was made, so that it could be from anywhere.',
    advice: 'Sign it with the step "sign", or with "cosign sign -a docker-reference=REGISTRY/REPOSITORY".',
  },
  replayed: {
    title: 'replayed from another repository',
    meaning: 'The signature was made for another repository, and copied from there.',
    advice: 'If it was promoted from there, say so with "signed-for"; else find out who copied it, and sign it here.',
  },
  'another-signer': {
    title: 'signed by someone else',
    meaning: 'The signature is good, but of nobody who is trusted.',
    advice: 'Compare the key or the identity with those that are trusted. If they are right, do not run the image.',
  },
  'untrusted-certificate': {
    title: 'untrusted certificate',
    meaning: 'The certificate is of no authority of the trust root, or was not valid when it signed.',
    advice: 'Check that the trust root is that of the Sigstore with which the image is signed.',
  },
  'another-digest': {
    title: 'signature of another image',
    meaning: 'The signature is for another digest; somebody attached it here.',
    advice: suspicious,
  },
  tampered: {
    title: 'tampered or damaged',
    meaning: 'Signature and content do not belong together, or cannot be read.',
    advice: suspicious,
  },
};

/** The tone of a result. */
export function stateTone(state: SignatureState): Tone {
  return state === 'signed' ? 'good' : state === 'withheld' ? 'warning' : 'bad';
}

/** What a run came to: `Verified`, `Refused: signed by someone else`. */
export function verifyHeadline(report: VerifyReport): { readonly tone: Tone; readonly title: string } {
  const { verdict, counts, scope } = report;
  const isWarned = report.terms.waivers.length > 0 || report.warnings.length > 0;
  if (verdict === 'verified') return { tone: isWarned ? 'warning' : 'good', title: 'Verified' };
  const refused = signatureStates.filter((state) => state !== 'signed' && (counts[state] ?? 0) > 0);
  if (scope === 'image') return { tone: 'bad', title: `Refused: ${refused.map(titleOf).join(', ')}` };
  return {
    tone: 'bad',
    title: `Refused: ${formatCount(refusedCount(report), 'image does', 'images do')} not count as signed`,
  };
}

function titleOf(state: SignatureState): string {
  return stateWords[state].title;
}

/** How many images do not count as signed. */
export function refusedCount({ counts }: Pick<VerifyReport, 'counts'>): number {
  return signatureStates.reduce((sum, state) => (state === 'signed' ? sum : sum + (counts[state] ?? 0)), 0);
}

/** `2 not signed, 1 signed`, worst first. */
export function describeStates({ counts }: Pick<VerifyReport, 'counts'>): string {
  const present = signatureStates.filter((state) => (counts[state] ?? 0) > 0).reverse();
  if (present.length === 0) return 'no images';
  return present.map((state) => `${formatNumber(counts[state] ?? 0)} ${titleOf(state)}`).join(', ');
}

/** `the key sha256:…`, `name of the issuer https://…`. */
export function describeSigner(signer: ReportedSigner): string {
  return signer.kind === 'key' ? `the key ${signer.keyId}` : `${signer.identity} of the issuer ${signer.issuer}`;
}

/** What spoke for a signature: `key alone`, `certificate, transparency-log`. */
export function describeProof({ signer, verifiedWith }: ReportedSignature): string {
  return verifiedWith.length === 0 ? `${signer.kind} alone` : [signer.kind, ...verifiedWith].join(', ');
}

/** `public Sigstore of 2026-01-02 (324 days old)`; undefined when there is none. */
export function describeTrustRoot({ terms: { trustRoot } }: Pick<VerifyReport, 'terms'>): string | undefined {
  if (trustRoot === undefined) return undefined;
  const { origin, updatedAt, ageDays } = trustRoot;
  return `${origin} of ${formatDay(updatedAt)} (${formatCount(ageDays, 'day')} old)`;
}
