import { PilotError } from '@harbor-pilot/core';

/**
 * The error of a report that can be read and is no word about the image: nothing was found because nothing was looked for.
 * It ends with exit code 8 like any missing scan, also where a refusal would not fail the build.
 */
export function noScan(file: string, why: string, hint: string): PilotError {
  return new PilotError('SCAN_FAILED', `the report ${file} ${why}`, { hint });
}
