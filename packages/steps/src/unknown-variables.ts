import { closestTo } from '@harbor-pilot/core';
import {
  componentVariable,
  declarationsOf,
  environmentName,
  type InputSource,
  kebabName,
  otherVariables,
  outputVariable,
  type Runtime,
  type Step,
} from '@harbor-pilot/step-kit';
import { allSteps, commandSteps } from './all-steps.ts';

const prefix = environmentName('');

/**
 * Warns of variables that look like inputs and are none, as mistyped ones do. Those of other steps are none of these, since
 * a whole pipeline may have them; nor is one that an input names (`env://NAME`).
 * @param sources all places that the inputs of this step come from.
 */
export function warnOfUnknownVariables(step: Step, runtime: Runtime, sources: readonly InputSource[]): void {
  const steps = [...allSteps, ...commandSteps, step];
  const inputs = new Set(steps.flatMap(inputVariables));
  const others = steps.flatMap((one) => [
    ...Object.keys(one.outputs).map(outputVariable),
    ...Object.keys(one.inputs).map(componentVariable),
  ]);
  const known = new Set<string>([...inputs, ...others, ...Object.values(otherVariables)]);
  const unknown = Object.entries(runtime.environment).filter(
    ([name, value = '']) => name.startsWith(prefix) && value.trim() !== '' && !known.has(name),
  );
  if (unknown.length === 0) return;
  const names = Object.keys(declarationsOf(step)).map(kebabName);
  const given = JSON.stringify(sources.map((source) => names.map(source)));
  for (const [name] of unknown) if (!given.includes(name)) runtime.warn(warningOf(name, inputs));
}

function inputVariables({ inputs }: Step): readonly string[] {
  return Object.entries(inputs).flatMap(([name, { aliases = [] }]) => [name, ...aliases].map(environmentName));
}

function warningOf(name: string, inputs: ReadonlySet<string>): string {
  // What all have in common would make any of them look near.
  const rests = [...inputs].map((input) => input.slice(prefix.length));
  const closest = closestTo(name.slice(prefix.length), rests);
  const hint = closest === undefined ? '' : `. Did you mean ${prefix}${closest}?`;
  return `the variable ${name} is not read: there is no such input${hint}`;
}
