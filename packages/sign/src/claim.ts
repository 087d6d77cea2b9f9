import { asArray, asObject, asString } from '@harbor-pilot/core';
import { type Digest, isDigest } from '@harbor-pilot/oci';
import { parseStrictJson } from './attest/strict-json.ts';
import { digestSet, isStatementType, referenceAnnotation, statementType } from './in-toto.ts';

/** What a signature says: this digest, of this repository. */
export interface Claim {
  readonly digest: Digest;
  /** `registry/repository` the signature was made for; undefined when it does not say. */
  readonly reference: string | undefined;
  /** Further signed texts. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Predicate type of a signature; a bundle with any other is an attestation (cosign 3.1.3). */
export const signaturePredicateType = 'https://sigstore.dev/cosign/sign/v1';

const payloadType = 'cosign container image signature';

/** Writes a claim as the payload of a classic signature (cosign's SIGNATURE_SPEC.md, "Simple Signing"). */
export function formatPayload(claim: Claim): string {
  return JSON.stringify({
    critical: {
      identity: { 'docker-reference': claim.reference ?? '' },
      image: { 'docker-manifest-digest': claim.digest },
      type: payloadType,
    },
    optional: Object.keys(claim.annotations).length === 0 ? null : claim.annotations,
  });
}

/** Reads the payload of a classic signature; undefined when it is none. */
export function parsePayload(payload: Uint8Array): Claim | undefined {
  const document = parseJson(payload);
  const critical = asObject(document?.critical);
  const digest = asString(asObject(critical?.image)?.['docker-manifest-digest']);
  if (digest === undefined || !isDigest(digest) || critical?.type !== payloadType) return undefined;
  const reference = asString(asObject(critical.identity)?.['docker-reference']);
  return { digest, reference: reference === '' ? undefined : reference, annotations: texts(document?.optional) };
}

/** Writes a claim as the in-toto statement of a bundle, as cosign 3.1.3 does, with the repository as one annotation more. */
export function formatStatement(claim: Claim): string {
  const reference = claim.reference === undefined ? {} : { [referenceAnnotation]: claim.reference };
  return JSON.stringify({
    _type: statementType,
    subject: [{ digest: digestSet(claim.digest), annotations: { ...claim.annotations, ...reference } }],
    predicateType: signaturePredicateType,
    predicate: {},
  });
}

/** An in-toto statement, as far as a signature needs it: one claim for each digest of each subject. */
export interface Statement {
  readonly predicateType: string;
  readonly claims: readonly Claim[];
}

/** Reads an in-toto statement; undefined when it is none. */
export function parseStatement(payload: Uint8Array): Statement | undefined {
  const document = parseJson(payload);
  const predicateType = asString(document?.predicateType);
  if (!isStatementType(document?._type) || predicateType === undefined) return undefined;
  const claims = asArray(document?.subject).flatMap((value) => {
    const subject = asObject(value);
    const { [referenceAnnotation]: reference, ...annotations } = texts(subject?.annotations);
    const digests = Object.entries(texts(subject?.digest)).map(([algorithm, hex]) => `${algorithm}:${hex}`);
    return digests.filter(isDigest).map((digest) => ({ digest, reference, annotations }));
  });
  return { predicateType, claims };
}

function parseJson(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(parseStrictJson(bytes, 'what was signed'));
  } catch {
    return undefined;
  }
}

function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(asObject(value) ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
