import { type Digest, hexOf } from '@harbor-pilot/oci';

/** Type of the in-toto statements that are written: version 1. */
export const statementType = 'https://in-toto.io/Statement/v1';

/** Whether a statement is of a version that is read. */
export function isStatementType(type: unknown): boolean {
  // cosign 3.1.3 still writes attestations of the older one.
  return type === statementType || type === 'https://in-toto.io/Statement/v0.1';
}

/**
 * Annotation of a subject that names the repository it was signed for. cosign binds a signature in a bundle to none, so
 * that it can be copied to another one; this is signed, and `cosign verify -a` can ask for it.
 */
export const referenceAnnotation = 'docker-reference';

/** A digest as the subject of a statement has it. */
export function digestSet(digest: Digest): Readonly<Record<string, string>> {
  return { [digest.slice(0, digest.indexOf(':'))]: hexOf(digest) };
}
