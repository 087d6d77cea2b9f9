import { closestTo, PilotError } from '@harbor-pilot/core';
import { signaturePredicateType } from '../claim.ts';

/** What attestations may be about, by the names that users of cosign know, and by three more. */
export const predicateTypes = {
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  cyclonedx: 'https://cyclonedx.org/bom',
  spdx: 'https://spdx.dev/Document',
  spdxjson: 'https://spdx.dev/Document',
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  vsa: 'https://slsa.dev/verification_summary/v1',
  openvex: 'https://openvex.dev/ns',
  'test-result': 'https://in-toto.io/attestation/test-result/v0.1',
} as const satisfies Readonly<Record<string, string>>;

/** Longer types nobody reads any more, and no registry need keep them as annotations. */
const lengthLimit = 500;

/**
 * The type of a predicate as statements have it.
 * @param name one of {@link predicateTypes}, or the URI itself.
 * @throws PilotError INPUT_INVALID when it is neither, or the type of signatures.
 */
export function parsePredicateType(name: string): string {
  const known = Object.entries(predicateTypes).find(([one]) => one === name);
  if (known !== undefined) return known[1];
  if (name === signaturePredicateType) {
    throw invalid(name, 'is that of signatures', 'Sign the image with the step "sign".');
  }
  if (isUri(name) && name.length <= lengthLimit) return name;
  const names = Object.keys(predicateTypes);
  const closest = closestTo(name, names);
  throw invalid(
    name,
    'is neither a name that is known nor a URI',
    older.get(name) ??
      `${closest === undefined ? '' : `Did you mean "${closest}"? `}Write one of ${names.join(', ')}, or the URI of the type.`,
  );
}

// Names of cosign for what is not made here.
const olderProvenance =
  'In cosign it is provenance of version 0.2. Write slsaprovenance1, or for a file of that version https://slsa.dev/provenance/v0.2.';
const older: ReadonlyMap<string, string> = new Map([
  ['slsaprovenance', olderProvenance],
  ['slsaprovenance02', olderProvenance],
  ['link', 'Write the URI of the type, https://in-toto.io/attestation/link/v0.3.'],
  ['custom', 'Write the URI of your own type, such as https://example.com/review/v1.'],
]);

/** Whether a text has the form of a URI: a scheme, and no blanks. */
export function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[!-~]+$/i.test(text);
}

function invalid(name: string, why: string, hint: string): PilotError {
  return new PilotError('INPUT_INVALID', `the type of attestation "${name.slice(0, lengthLimit)}" ${why}`, { hint });
}
