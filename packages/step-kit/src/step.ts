import type { InputDeclarations, InputValues } from './inputs.ts';
import type { Runtime } from './runtime.ts';

/** The declaration of one output. */
export interface OutputDeclaration {
  readonly description: string;
}

/** All outputs of a step, by camelCase name. */
export type OutputDeclarations = Readonly<Record<string, OutputDeclaration>>;

/** The values of declared outputs; absent ones are not set. */
export type OutputValues<Outputs extends OutputDeclarations> = {
  readonly [Name in keyof Outputs]?: string | undefined;
};

/** One unit of work, declared once for all front ends. */
export interface Step<
  Inputs extends InputDeclarations = InputDeclarations,
  Outputs extends OutputDeclarations = OutputDeclarations,
> {
  /** kebab-case: the name of the action, the GitLab template and the command. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  run(values: InputValues<Inputs>, runtime: Runtime): Promise<OutputValues<Outputs>>;
}

/** Declares a step; it only serves to infer types. */
export function defineStep<const Inputs extends InputDeclarations, const Outputs extends OutputDeclarations>(
  step: Step<Inputs, Outputs>,
): Step<Inputs, Outputs> {
  return step;
}
