import { environmentName, kebabName } from './input-names.ts';

/**
 * `onlyFixed` → `HARBOR_PILOT_INPUT_ONLY_FIXED`: the variable in which a job of GitLab's components hands over an input.
 * Not the one that users set for it: variables of a job win over those of the whole pipeline, and an input that is not
 * given would empty it.
 */
export function componentVariable(name: string): string {
  return environmentName(`input-${kebabName(name)}`);
}
