import type { FoundVulnerability, ReportedException } from '@harbor-pilot/step-kit';
import type { ExceptedImage, Exception } from './exception.ts';
import { openLedger, reportedAs, stateOf, warningDays } from './ledger.ts';
import { dayOf, nameOf } from './warnings.ts';

/** An image whose vulnerabilities are known. */
export interface ExaminedImage extends ExceptedImage {
  readonly vulnerabilities: readonly FoundVulnerability[];
}

/** What became of exceptions. */
export interface ExceptionCheck {
  /** All that are about one of the images, and all that have ended or soon will; in the order given. */
  readonly exceptions: readonly ReportedException[];
  /** One sentence for each that has ended, soon ends, or covers nothing. */
  readonly problems: readonly string[];
}

/**
 * Finds exceptions that have ended, end soon, or cover nothing in any of the images. One that is about none of the images
 * is not called unused: nobody has looked. Without images only the dates are checked.
 */
export function checkExceptions(
  exceptions: readonly Exception[],
  images: readonly ExaminedImage[],
  now: Date,
  warnBeforeExpiryDays = warningDays,
): ExceptionCheck {
  const states = new Map<Exception, ReportedException>();
  for (const exception of exceptions) {
    const state = stateOf(exception, now, warnBeforeExpiryDays);
    if (state !== 'live' && exception.kind !== 'counts') states.set(exception, reportedAs(exception, state));
  }
  for (const image of images) {
    const ledger = openLedger(exceptions, image, now, warnBeforeExpiryDays);
    for (const found of image.vulnerabilities) ledger.cover(found);
    for (const [exception, reported] of ledger.report()) {
      if (states.get(exception) === undefined || reported.state !== 'unused') states.set(exception, reported);
    }
  }
  const checked = exceptions.flatMap((exception) => states.get(exception) ?? []);
  return { exceptions: checked, problems: checked.flatMap((one) => problemOf(one) ?? []) };
}

function problemOf(one: ReportedException): string | undefined {
  switch (one.state) {
    case 'expired':
      return `${nameOf(one)} ended on ${dayOf(one)}.`;
    case 'expiring':
      return `${nameOf(one)} ends on ${dayOf(one)}.`;
    case 'unused':
      return `${nameOf(one)} covers nothing that was found.`;
    default:
      return undefined;
  }
}
