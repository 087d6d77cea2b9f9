import { type GatePolicy, parsePolicy, parseVectors } from '@harbor-pilot/gate';
import type { InputValues } from '@harbor-pilot/step-kit';
import type { gateInputs } from './inputs.ts';
import type { gateSettings } from './settings.ts';

/** All that can be said about the gate. */
export type GateValues = InputValues<typeof gateInputs & typeof gateSettings>;

/**
 * The policy that inputs and settings make.
 * @throws PilotError CONFIG_INVALID with the line.
 */
export function policyOf(values: GateValues): GatePolicy {
  const { maxCritical, maxHigh, maxMedium, maxLow, maxNegligible, maxReportAge, maxDataAge } = values;
  const vectors =
    values.vectors === undefined ? undefined : parseVectors({ ...values.vectors, code: 'CONFIG_INVALID' });
  return parsePolicy({
    ...values,
    vectors,
    max: { critical: maxCritical, high: maxHigh, medium: maxMedium, low: maxLow, negligible: maxNegligible },
    maxReportAgeSeconds: maxReportAge,
    maxDataAgeSeconds: maxDataAge,
  });
}
