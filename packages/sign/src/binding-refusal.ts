import { printable } from '@harbor-pilot/core';
import { parseReference } from '@harbor-pilot/oci';

/** Why something signed does not count for a repository. */
export interface BindingRefusal {
  readonly failure: 'another repository' | 'no repository';
  /** For people; what was signed is foreign text. */
  readonly reason: string;
}

/**
 * Whether something counts for the repository that it must have been signed for; undefined when it does.
 * @param reference what it says that it was signed for, if it says so.
 * @param expected undefined where any will do.
 */
export function bindingRefusal(
  reference: string | undefined,
  expected: string | undefined,
): BindingRefusal | undefined {
  if (expected === undefined) return undefined;
  if (reference === undefined) return { failure: 'no repository', reason: 'it names no repository' };
  if (repositoryOf(reference) === repositoryOf(expected)) return undefined;
  return { failure: 'another repository', reason: `it is for ${printable(reference, 300)}` };
}

/**
 * `registry/repository` of what was signed for: cosign signs whatever reference it is told to, also one with a tag or a
 * digest. The port of https is left out, for the registry is the same with it.
 */
function repositoryOf(reference: string): string {
  try {
    const { registry, repository } = parseReference(reference);
    return `${registry.replace(/:443$/, '')}/${repository}`;
  } catch {
    return reference;
  }
}
