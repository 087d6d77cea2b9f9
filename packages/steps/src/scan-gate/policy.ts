import { type GatePolicy, parsePolicy } from '@harbor-pilot/gate';
import type { InputValues } from '@harbor-pilot/step-kit';
import type { gateInputs } from './inputs.ts';
import type { gateSettings } from './settings.ts';

/** All that can be said about the gate. */
export type GateValues = InputValues<typeof gateInputs & typeof gateSettings>;

/**
 * The policy that inputs and settings make.
 * @throws PilotError INPUT_INVALID
 */
export function policyOf(values: GateValues): GatePolicy {
  const { maxReportAge, maxDataAge } = values;
  return parsePolicy({
    ...values,
    max: budgetsOf(values),
    maxReportAgeSeconds: maxReportAge,
    maxDataAgeSeconds: maxDataAge,
  });
}

function budgetsOf(values: GateValues): readonly string[] {
  const { maxCritical: critical, maxHigh: high, maxMedium: medium, maxLow: low, maxNegligible: negligible } = values;
  return Object.entries({ critical, high, medium, low, negligible }).flatMap(([severity, count]) =>
    count === undefined ? [] : [`${severity}=${count}`],
  );
}
