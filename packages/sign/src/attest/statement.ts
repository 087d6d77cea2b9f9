import { asArray, asObject, asString, PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import { digestSet, isStatementType, referenceAnnotation, statementType } from '../in-toto.ts';
import { parseStrictJson } from './strict-json.ts';

/** What an attestation says of one digest. */
export interface AttestedFact {
  readonly digest: Digest;
  /** `registry/repository` that it was made for; undefined when it does not say. */
  readonly reference: string | undefined;
  /** URI. */
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/** Why a statement says nothing of a digest. */
export type StatementFlaw = 'damaged' | 'another digest' | 'several subjects';

/**
 * Writes a fact as an in-toto statement (version 1). The repository is the name of the subject, as cosign has it, and an
 * annotation, as in signatures.
 */
export function formatFact({ digest, reference, predicateType, predicate }: AttestedFact): string {
  const binding = reference === undefined ? {} : { annotations: { [referenceAnnotation]: reference } };
  const subject = { name: reference ?? '', digest: digestSet(digest), ...binding };
  return JSON.stringify({ _type: statementType, subject: [subject], predicateType, predicate });
}

/**
 * Reads what a statement says of a digest. One about several subjects is not taken: nobody can tell which of them its
 * predicate means.
 * @param digest what it is asked about.
 */
export function readFact(statement: Uint8Array, digest: Digest): AttestedFact | StatementFlaw {
  const document = parseDocument(statement);
  const predicateType = asString(document?.predicateType);
  const predicate = asObject(document?.predicate);
  if (!isStatementType(document?._type) || predicateType === undefined || predicate === undefined) return 'damaged';
  const subjects = asArray(document?.subject);
  if (subjects.length > 1) return 'several subjects';
  const subject = asObject(subjects[0]);
  const digests = asObject(subject?.digest);
  if (Object.entries(digestSet(digest)).some(([algorithm, hex]) => digests?.[algorithm] !== hex))
    return 'another digest';
  const annotated = asString(asObject(subject?.annotations)?.[referenceAnnotation]);
  const name = asString(subject?.name);
  return { digest, reference: annotated ?? (name === '' ? undefined : name), predicateType, predicate };
}

function parseDocument(statement: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(parseStrictJson(statement, 'the statement'));
  } catch (error) {
    if (error instanceof PilotError) return undefined;
    throw error;
  }
}
