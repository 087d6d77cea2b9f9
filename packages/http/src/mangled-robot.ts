/** What also happens to the names of users. */
const additions: readonly (readonly [RegExp, string])[] = [
  [/^\s|\s$/, 'begins or ends with a space or a line break: leave that out'],
  [/^(['"]).*\1$/, 'has quotes around it: leave them out'],
];

/** What became of the name of a robot account on its way through a CI, by what is left of it. */
const signs: readonly (readonly [RegExp, string])[] = [
  [/^\s|\s$/, 'it begins or ends with a space or a line break'],
  [/^(['"]).*\1$/, 'the quotes became part of it'],
  [/^robot\\+\$/, 'the backslash became part of it'],
  [/^robot%24/i, 'it is URL-encoded'],
  [/^robot\$\$/, 'a "$$" stayed as it is: GitLab makes one "$" of it only where it expands variables'],
  [/^robot\d+[a-z].*\+/, 'a shell took "$$" for the number of its process'],
  [/^robot(\+.*)?$/, 'a shell, GitLab or Groovy took what follows the "$" for a variable, which is empty'],
  [/^[+$]/, 'its beginning was taken for a variable, which is empty'],
  [/^(?!robot[-_.])[^$@]*\+[^$@]*$/, 'the "$" got lost, unless Harbor is set to another prefix'],
];

const remedy =
  'Write robot$project+name in GitHub as it is; in GitLab as a variable with "expand: false" (in the settings: without ' +
  '"Expand variable reference"), elsewhere there as robot$$project+name; in Jenkins as the user name of a credential, or in ' +
  'single quotes; in a shell in single quotes.';

/**
 * Recognises the name of a robot account (`robot$project+name`, `robot$name`) that a shell or a CI has changed.
 * @returns what happened and how to write it; undefined for a name that may well be one.
 */
export function mangledRobotHint(username: string): string | undefined {
  const added = additions.find(([pattern]) => pattern.test(username))?.[1];
  if (added !== undefined && !/[$+]|^.?robot/.test(username)) return `The user name ${added}.`;
  const what = signs.find(([pattern]) => pattern.test(username))?.[1];
  return what === undefined
    ? undefined
    : `"${username.trim()}" is not the full name of a robot account: ${what}. ${remedy}`;
}
