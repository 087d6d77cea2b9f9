import { PilotError } from '@harbor-pilot/core';
import { coversTag, type Harbor, type TagRule } from '@harbor-pilot/harbor';

/** A repository of a project of Harbor. */
export interface SignedPlace {
  readonly harbor: Harbor;
  readonly project: string;
  /** Without the project, `app`. */
  readonly repository: string;
}

/**
 * Says which rule of the project makes the tag of a classic signature immutable, as far as the account may see its rules,
 * and what to do. Any other error is given back as it is.
 */
export async function explainImmutableSignature(error: unknown, place: SignedPlace): Promise<unknown> {
  if (!(error instanceof PilotError) || error.code !== 'TAG_IMMUTABLE') return error;
  const { harbor, project, repository } = place;
  const tag = String(error.details.tag ?? '');
  const rules = await harbor.immutabilityRules(project).catch(() => []);
  const rule = rules.find((one) => coversTag(one, repository, tag));
  if (rule === undefined) return error;
  return new PilotError('TAG_IMMUTABLE', `${error.message}: ${nameOf(rule)} of the project ${project} covers it`, {
    cause: error,
    details: error.details,
    hint: error.hint,
  });
}

function nameOf({ tags, repositories }: TagRule): string {
  return `the immutability rule for the tags ${patterns(tags)} in the repositories ${patterns(repositories)}`;
}

function patterns(selectors: TagRule['tags']): string {
  return selectors.map(({ pattern, isExclusion }) => `${isExclusion ? 'other than ' : ''}"${pattern}"`).join(', ');
}
