import { type ErrorCode, formatCount, PilotError } from '@harbor-pilot/core';
import { describeStates, refusedCount, stateWords } from '@harbor-pilot/report';
import { type SignatureState, signatureStates, type VerifiedImage, type VerifyReport } from '@harbor-pilot/step-kit';

/** The error of a result; all have the same exit code. */
function codeOf(state: SignatureState): ErrorCode {
  switch (state) {
    case 'not-signed':
    case 'only-attested':
    case 'notation':
    case 'index-only':
      return 'SIGNATURE_MISSING';
    case 'withheld':
      return 'PULL_REFUSED';
    case 'attestation-missing':
      return 'ATTESTATION_MISSING';
    case 'attestation-invalid':
      return 'ATTESTATION_INVALID';
    case 'expired-trust-root':
      return 'TRUST_ROOT_EXPIRED';
    default:
      return 'SIGNATURE_INVALID';
  }
}

/** The error of images that do not count as signed, that of the worst; undefined when all do. */
export function refusalOf(report: VerifyReport): PilotError | undefined {
  if (report.verdict === 'verified') return undefined;
  const worst = signatureStates.findLast((state) => (report.counts[state] ?? 0) > 0) ?? 'not-signed';
  const [image] = report.images;
  const message =
    report.scope === 'image' && image !== undefined
      ? describeImage(image)
      : `${formatCount(refusedCount(report), `image of ${report.subject} does`, `images of ${report.subject} do`)} not count as signed: ${describeStates(report)}`;
  return new PilotError(codeOf(worst), message, { hint: stateWords[worst].advice, details: { state: worst } });
}

const namedDigests = 3;

function describeImage({ image, state, digests }: VerifiedImage): string {
  const wrong = digests.filter((one) => one.state !== 'signed');
  const names = wrong.slice(0, namedDigests).map(({ digest, platform, state: own, refused, trouble, attestations }) => {
    const reasons = [
      ...refused.map(({ reason }) => reason),
      trouble,
      ...attestations.map(({ type, outcome, because }) =>
        outcome === 'verified' ? undefined : `${type} ${because ?? outcome}`,
      ),
    ].filter((reason) => reason !== undefined);
    const why = reasons.length === 0 ? '' : ` (${[...new Set(reasons)].slice(0, namedDigests).join('; ')})`;
    return `${digest}${platform === undefined ? '' : ` (${platform})`}: ${stateWords[own].title}${why}`;
  });
  const more = wrong.length - names.length;
  const list = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${image} is refused, ${stateWords[state].title}: ${list}`;
}
