import { plain } from './plain.ts';

/**
 * Untrusted text as Markdown that means just this text, in a paragraph, a list entry or a table cell. What could be
 * markup becomes a character reference, which Markdown never takes for structure (CommonMark 0.31, section 2.5).
 */
export function markdownText(text: string): string {
  return harmless(unlinked(plain(text, 200)));
}

/** The same for a sentence or two. */
export function markdownSentence(text: string, limit?: number): string {
  return harmless(unlinked(plain(text, limit)));
}

/**
 * GitHub and GitLab look for mentions of people, issues and other things after character references were resolved, so that
 * only a character of no width between the sign and the name helps. A digest after its @ stays one that can be copied.
 */
function unlinked(text: string): string {
  return text.replaceAll(/@(?=[\p{L}\p{N}_])(?!(?<=[\w.]@)sha\d+:)|[#!$%&](?=\d)|\bGH(?=-\d)/giu, '$&\u200b');
}

function harmless(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{N} .,:;()'%/=-]/gu, reference)
    .replaceAll(/:(?=\/\/)|\.(?<=www\.|^\d{1,9}\.)|^[=-]/giu, reference);
}

/** Untrusted text in the type of code, where nothing is linked. HTML, for a code span of Markdown cannot hold every text. */
export function markdownCode(text: string): string {
  return `<code>${harmless(plain(text, 200))}</code>`;
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
