import type { ReportedException } from '@harbor-pilot/step-kit';

/** What wants something of the reader is first, what came to nothing last. */
const order: Readonly<Record<ReportedException['state'], number>> = { expired: 0, expiring: 1, used: 2, unused: 3 };

/** An exception, and its place in the report, by which vulnerabilities name it. */
export type PlacedException = ReportedException & { readonly place: number };

/** The exceptions by their state: lists are cut, and thousands that are not used must not hide the one that decides. */
export function exceptionsByState(exceptions: readonly ReportedException[]): readonly PlacedException[] {
  return exceptions
    .map((exception, place) => ({ ...exception, place }))
    .sort((one, other) => order[one.state] - order[other.state]);
}
