import { renderVerifyText } from '@harbor-pilot/report';
import type { Runtime, VerifyReport } from '@harbor-pilot/step-kit';

/** Prints a report, and warns of what is worth a warning. */
export function tell(report: VerifyReport, runtime: Runtime): void {
  for (const warning of report.warnings) runtime.warn(warning);
  for (const waiver of report.terms.waivers) {
    runtime.warn(`insecure-ignore-${waiver}: signatures count without it`);
  }
  for (const line of renderVerifyText(report).split('\n')) runtime.info(`  ${line}`);
}
