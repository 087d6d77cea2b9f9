import {
  type InputDeclarations,
  kebabName,
  type OutputDeclarations,
  parseInputs,
  type RawInputs,
  type Runtime,
  type Step,
} from '@harbor-pilot/step-kit';
import { allSteps } from './all-steps.ts';
import { commonInputs } from './common.ts';
import { readConfig } from './config.ts';

/**
 * Runs one step: reads its inputs (those of the front end win over harbor-pilot.yml), masks the secrets, hands over the outputs.
 * @throws PilotError INPUT_INVALID, CONFIG_INVALID before anything was changed, and whatever the step throws.
 */
export async function executeStep<Inputs extends InputDeclarations, Outputs extends OutputDeclarations>(
  step: Step<Inputs, Outputs>,
  runtime: Runtime,
  raw: RawInputs,
): Promise<void> {
  const givenConfig = raw('config');
  const file = givenConfig === undefined || givenConfig === '' ? commonInputs.config.default : String(givenConfig);
  const config = await readConfig(runtime.workspace, file, file !== commonInputs.config.default, allSteps);
  const places = configByName(step.inputs);
  const values = parseInputs(step.inputs, (kebab) => {
    const given = raw(kebab);
    if (given !== undefined && given !== '') return given;
    const place = places.get(kebab);
    return place === undefined ? undefined : config(place);
  });
  for (const [name, declaration] of Object.entries(step.inputs)) {
    const value = values[name];
    if (declaration.kind === 'secret' && typeof value === 'string') runtime.mask(value);
  }
  const outputs = await step.run(values, runtime);
  for (const [name, value] of Object.entries(outputs)) {
    if (typeof value === 'string') runtime.setOutput(kebabName(name), value);
  }
}

function configByName(inputs: InputDeclarations): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(inputs).flatMap(([name, { config }]) =>
      config === undefined ? [] : [[kebabName(name), config] as const],
    ),
  );
}
