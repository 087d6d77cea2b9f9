import { kebabName, type OutputDeclarations, type OutputValues, type Runtime } from '@harbor-pilot/step-kit';

/** Hands over the outputs of a step; for those that are to be there even when it fails, before it does. */
export function setOutputs(outputs: OutputValues<OutputDeclarations>, runtime: Runtime): void {
  for (const [name, value] of Object.entries(outputs)) {
    if (value !== undefined) runtime.setOutput(kebabName(name), value);
  }
}
