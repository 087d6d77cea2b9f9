import { formatCount, PilotError } from '@harbor-pilot/core';
import { checkExceptions, type ExaminedImage, parseGateReport } from '@harbor-pilot/gate';
import type { InputValues, OutputValues, ReportedException, Runtime } from '@harbor-pilot/step-kit';
import { readNamedJson } from '../named-file.ts';
import { setOutputs } from '../outputs.ts';
import { readGivenExceptions } from '../scan-gate/exceptions.ts';
import type { checkExceptionsInputs, checkExceptionsOutputs, checkExceptionsSettings } from './inputs.ts';

/** Runs the command `exceptions check`. */
export async function runCheckExceptions(
  values: InputValues<typeof checkExceptionsInputs & typeof checkExceptionsSettings>,
  runtime: Runtime,
): Promise<OutputValues<typeof checkExceptionsOutputs>> {
  const given = await readGivenExceptions(values, values.config, runtime);
  const images: ExaminedImage[] = [];
  for (const file of values.reports ?? []) {
    images.push(parseGateReport(await readNamedJson(file, runtime.workspace), file));
  }
  const now = runtime.clock.now();
  const { exceptions, problems } = checkExceptions(given.exceptions, images, now, values.warnBeforeExpiryDays);
  for (const sentence of [...given.warnings, ...problems]) runtime.warn(sentence);
  const inState = (state: ReportedException['state']): readonly ReportedException[] =>
    exceptions.filter((one) => one.state === state);
  const [expired, expiring, unused] = [inState('expired'), inState('expiring'), inState('unused')];
  runtime.info(
    `${formatCount(given.exceptions.length, 'exception')}: ${expired.length} ended, ${expiring.length} end soon, ${unused.length} cover nothing${images.length === 0 ? ' (no report to look at)' : ''}`,
  );
  const outputs = {
    expired: String(expired.length),
    expiring: String(expiring.length),
    unused: String(unused.length),
    exceptions: JSON.stringify(exceptions),
  };
  if (expired.length === 0) return outputs;
  setOutputs(outputs, runtime);
  throw new PilotError(
    'EXCEPTION_EXPIRED',
    `${formatCount(expired.length, 'exception has', 'exceptions have')} ended: ${namesOf(expired)}`,
    {
      hint: 'Take it out, or look at the vulnerability again and give the exception another end.',
    },
  );
}

const namedLimit = 5;

function namesOf(exceptions: readonly ReportedException[]): string {
  const more = exceptions.length - namedLimit;
  const names = exceptions.slice(0, namedLimit).map(({ id, from }) => `${id} in ${from}`);
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
