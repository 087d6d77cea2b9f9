import type { JudgedVulnerability } from '@harbor-pilot/step-kit';

/**
 * Makes a text of some fields of vulnerabilities, and gives it again as long as these fields are the same ones. What is said
 * of an id comes in a row, once for each package, and is most of the text.
 */
export function repeated<Name extends keyof JudgedVulnerability>(
  names: readonly Name[],
  textOf: (found: Pick<JudgedVulnerability, Name>) => string,
): (found: JudgedVulnerability) => string {
  let last: JudgedVulnerability | undefined;
  let text = '';
  return (found) => {
    if (last === undefined || names.some((name) => last?.[name] !== found[name])) text = textOf(found);
    last = found;
    return text;
  };
}
