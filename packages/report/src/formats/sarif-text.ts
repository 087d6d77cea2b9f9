/**
 * Harmless text as a message of SARIF that means just this text: neither a link of the form `[text](target)` nor a
 * placeholder `{0}` (SARIF 2.1.0, sections 3.11.5 and 3.11.6). Escapes are defined for both, but shown by most viewers.
 */
export function sarifText(text: string): string {
  return text.replaceAll('](', '] (').replaceAll(/\{(?=\d+\})/g, '{ ');
}
