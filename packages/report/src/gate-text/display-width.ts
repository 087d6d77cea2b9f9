const ascii = /^[ -~]*$/;
/** Marks that stand on the character before, and what is never seen. */
const none = /^[\p{M}\p{Cf}]$/u;
/** Characters of two columns: East Asian ones (Unicode Standard Annex 11, the ranges of class W and F) and pictures. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** A text in just so many columns: filled with spaces, or cut with an ellipsis at its end. */
export function fitted(text: string, columns: number): string {
  const width = displayWidth(text);
  if (width <= columns) return `${text}${' '.repeat(columns - width)}`;
  let start = '';
  let left = columns - 1;
  for (const character of text) {
    left -= columnsOf(character);
    if (left < 0) break;
    start += character;
  }
  return fitted(`${start}…`, columns);
}

function columnsOf(character: string): number {
  return none.test(character) ? 0 : wide.test(character) ? 2 : 1;
}
