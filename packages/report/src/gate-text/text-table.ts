import { displayWidth, fitted } from './display-width.ts';
import type { Paint } from './paint.ts';

/** What a cell says, and how it is painted; no control characters. */
export interface TextCell {
  readonly text: string;
  readonly paint?: Paint;
}

const between = '  ';
/** Columns do not become narrower than this for the sake of others. */
const narrowest = 8;

/**
 * Rows as lines whose columns stand below each other and that are no longer than so many columns, if the narrowest allow
 * this: the widest column gives way first.
 * @param least of columns that are of use only when they can be read, how wide they stay.
 */
export function textTable(
  rows: readonly (readonly TextCell[])[],
  columns: number,
  least: readonly number[],
): readonly string[] {
  const widths = narrowed(naturalWidths(rows), columns, least);
  return rows.map((row) =>
    row
      .map(({ text, paint }, place) => {
        const cell = fitted(text, widths[place] ?? 0);
        return paint === undefined ? cell : paint(cell);
      })
      .join(between)
      .trimEnd(),
  );
}

function naturalWidths(rows: readonly (readonly TextCell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [place, { text }] of row.entries()) widths[place] = Math.max(widths[place] ?? 0, displayWidth(text));
  }
  return widths;
}

function narrowed(widths: readonly number[], columns: number, least: readonly number[]): readonly number[] {
  const left = [...widths];
  const room = columns - between.length * (widths.length - 1);
  for (let over = left.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const widest = Math.max(...left.filter((width, place) => width > (least[place] ?? narrowest)));
    const place = left.findIndex((width, at) => width === widest && width > (least[at] ?? narrowest));
    if (place < 0) break;
    left[place] = widest - 1;
  }
  return left;
}
