import type { InputDeclarations, InputValues } from './input-declaration.ts';
import type { Runtime } from './runtime.ts';

/** The declaration of one output. */
export interface OutputDeclaration {
  readonly description: string;
  /** Several values, none with a comma: one a line, but with commas between where an output has but one line, in GitLab and in a terminal. */
  readonly isList?: true;
}

/** The value of one output. */
export type OutputValue = string | readonly string[];

/** All outputs of a step, by camelCase name. */
export type OutputDeclarations = Readonly<Record<string, OutputDeclaration>>;

/** The values of declared outputs; absent ones are not set. */
export type OutputValues<Outputs extends OutputDeclarations> = {
  readonly [Name in keyof Outputs]?:
    | (OutputDeclaration extends Outputs[Name]
        ? OutputValue
        : Outputs[Name] extends { readonly isList: true }
          ? readonly string[]
          : string)
    | undefined;
};

/** One unit of work, declared once for all front ends. */
export interface Step<
  Inputs extends InputDeclarations = InputDeclarations,
  Outputs extends OutputDeclarations = OutputDeclarations,
  Settings extends InputDeclarations = InputDeclarations,
> {
  /** kebab-case: the name of the action, the GitLab template and the command. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly inputs: Inputs;
  /** What only harbor-pilot.yml can say: no flag, no variable, no input of a CI. Their names are not those of inputs. */
  readonly settings?: Settings;
  readonly outputs: Outputs;
  run(values: InputValues<Inputs & Settings>, runtime: Runtime): Promise<OutputValues<Outputs>>;
}

/** All that can be given to a step, from wherever: inputs and settings. */
export function declarationsOf({ inputs, settings }: Pick<Step, 'inputs' | 'settings'>): InputDeclarations {
  return { ...inputs, ...settings };
}

/** Declares a step; it only serves to infer types. */
export function defineStep<
  const Inputs extends InputDeclarations,
  const Outputs extends OutputDeclarations,
  // biome-ignore lint/complexity/noBannedTypes: a step without settings has none, not any.
  const Settings extends InputDeclarations = {},
>(step: Step<Inputs, Outputs, Settings>): Step<Inputs, Outputs, Settings> {
  return step;
}
