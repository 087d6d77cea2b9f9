import type { FoundVulnerability } from '@harbor-pilot/step-kit';

/** Makes a text coloured for a terminal, or leaves it as it is. */
export type Paint = (text: string) => string;

/** The colours of a report; without colour they change nothing. */
export interface Paints {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warning: Paint;
  readonly bySeverity: Readonly<Record<FoundVulnerability['severity'], Paint>>;
}

/** Colours by their numbers (ECMA-48, "select graphic rendition"); only those 16 that every terminal has. */
export function paintsOf(isColoured: boolean): Paints {
  const paint =
    (code: string): Paint =>
    (text) =>
      isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    strong: paint('1'),
    faint: paint('2'),
    good: paint('1;32'),
    bad: paint('1;31'),
    warning: paint('1;33'),
    bySeverity: {
      Critical: paint('1;31'),
      High: paint('31'),
      Medium: paint('33'),
      Low: paint('36'),
      Negligible: paint('2'),
      Unknown: paint('35'),
    },
  };
}
