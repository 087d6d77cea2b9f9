import { resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import {
  declarationsOf,
  type InputDeclarations,
  type InputSource,
  type InputValues,
  kebabName,
  type OutputDeclarations,
  parseInputs,
  type Runtime,
  type Step,
} from '@harbor-pilot/step-kit';
import { commonInputs } from './common.ts';
import type { ConfigValues } from './config.ts';
import { setOutputs } from './outputs.ts';
import { readIfThere } from './user-files.ts';

/**
 * Runs one step: reads its inputs (those of the front end win over harbor-pilot.yml), masks the secrets, hands over the
 * outputs.
 * @param sources where the front end has its inputs, strongest first.
 * @throws PilotError INPUT_INVALID, CONFIG_INVALID before anything was changed, and whatever the step throws.
 */
export async function executeStep<
  Inputs extends InputDeclarations,
  Outputs extends OutputDeclarations,
  Settings extends InputDeclarations,
>(step: Step<Inputs, Outputs, Settings>, runtime: Runtime, sources: readonly InputSource[]): Promise<void> {
  const places = configByName(declarationsOf(step));
  const file = await readGivenConfig(sources, runtime);
  const fromFile: InputSource = (kebab) => {
    const place = places.get(kebab);
    return place === undefined ? undefined : file(place);
  };
  const all = [...sources, fromFile];
  if (Object.keys(runtime.environment).some((name) => name.startsWith('HARBOR_PILOT_')))
    (await import('./unknown-variables.ts')).warnOfUnknownVariables(step, runtime, all);
  const values = {
    ...parseInputs(step.inputs, all),
    ...parseInputs(step.settings ?? {}, [fromFile]),
  } as InputValues<Inputs & Settings>;
  for (const [name, declaration] of Object.entries(step.inputs)) {
    const value: unknown = values[name];
    if (declaration.kind === 'secret' && typeof value === 'string') runtime.mask(value);
  }
  setOutputs(await step.run(values, runtime), runtime);
}

/**
 * The settings of the repository; a file that was asked for by name must be there. Without one, neither its reader nor
 * the inputs of all the other steps are loaded.
 */
async function readGivenConfig(sources: readonly InputSource[], runtime: Runtime): Promise<ConfigValues> {
  const { config } = parseInputs({ config: { ...commonInputs.config, default: '' } }, sources);
  const file = config || commonInputs.config.default;
  const text = await readIfThere(resolve(runtime.workspace, file));
  if (text !== undefined) {
    const [{ parseConfig }, { allSteps }] = await Promise.all([import('./config.ts'), import('./all-steps.ts')]);
    return parseConfig(text, file, allSteps);
  }
  if (config === '') {
    const mistaken = file.replace(/yml$/, 'yaml');
    if ((await readIfThere(resolve(runtime.workspace, mistaken))) === undefined) return () => undefined;
    throw new PilotError('CONFIG_INVALID', `${mistaken} is not read`, {
      hint: `Call it ${file}, or name it as the input config.`,
    });
  }
  throw new PilotError('FILE_UNREADABLE', `there is no ${file}`, { hint: 'Look at the path in the input "config".' });
}

function configByName(inputs: InputDeclarations): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(inputs).flatMap(([name, { config }]) =>
      config === undefined ? [] : [[kebabName(name), config] as const],
    ),
  );
}
