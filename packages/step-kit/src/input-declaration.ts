interface Declared<Kind extends string, Value> {
  readonly kind: Kind;
  /** One or two sentences, in Markdown, for every front end. */
  readonly description: string;
  readonly default?: Value;
  /** An input without a default that must be given. */
  readonly required?: boolean;
  /** Names that users of other tools know, in camelCase; accepted everywhere but as inputs of GitLab. */
  readonly aliases?: readonly string[];
  /** Dotted place in harbor-pilot.yml, `scan-gate.only-fixed`; absent for what does not belong into a file. */
  readonly config?: string;
}

/** A line of text. */
export type TextInput = Declared<'text', string>;
/** A line of text that is masked, and never a flag or a GitLab input. */
export type SecretInput = Declared<'secret', string>;
/** `true` or `false`. */
export type BooleanInput = Declared<'boolean', boolean>;
/** One of some words. */
export type ChoiceInput = Declared<'choice', string> & {
  readonly choices: readonly string[];
  /** Several words may be given, with commas between: the last of `choices` among them counts. Words that mean nothing here may be there, too. */
  readonly lastOf?: { readonly besides: readonly string[] };
};
/** A number, as people write it: `7`, `0.05`. */
export type NumberInput = Declared<'number', number> & {
  readonly least: number;
  readonly most: number;
  /** Nothing after the point. */
  readonly isWhole?: boolean;
};
/** Values, one a line or separated by commas. */
export type ListInput = Declared<'list', readonly string[]> & {
  /** All words that may be there; any text when absent. */
  readonly choices?: readonly string[];
};
/** Values, one a line; commas belong to them. */
export type LinesInput = Declared<'lines', readonly string[]>;
/** A length of time: `90`, `90s`, `5m`, `1h30m`, `7d`; its value is in seconds. */
export type DurationInput = Declared<'duration', number>;
/** What has parts, and comes from a file only; who uses it checks it. */
export type StructureInput = Declared<'structure', Structure> & {
  /** JSON Schema, for editors. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** A list of which nothing may be left. */
  readonly mayBeEmpty?: boolean;
};

/** A part of a file that people write. */
export interface Structure {
  readonly value: unknown;
  /** `file:line` of what is at a path within it. */
  readonly where: (path: readonly (string | number)[]) => string;
}

/** The declaration of one input. Its name is the camelCase key that it is declared under. */
export type InputDeclaration =
  | TextInput
  | SecretInput
  | BooleanInput
  | ChoiceInput
  | ListInput
  | LinesInput
  | NumberInput
  | DurationInput
  | StructureInput;

/** All inputs of a step. */
export type InputDeclarations = Readonly<Record<string, InputDeclaration>>;

type ParsedValue<D extends InputDeclaration> = D extends BooleanInput
  ? boolean
  : D extends ListInput | LinesInput
    ? readonly (D extends { readonly choices: readonly (infer Word)[] } ? Word : string)[]
    : D extends DurationInput | NumberInput
      ? number
      : D extends ChoiceInput
        ? D['choices'][number]
        : D extends StructureInput
          ? Structure
          : string;

type Always<D> = D extends { readonly required: true } ? true : D extends { readonly default: unknown } ? true : false;

/** The values of some declared inputs: what has a default or is required is always there. */
export type InputValues<Inputs extends InputDeclarations> = {
  readonly [Name in keyof Inputs]: Always<Inputs[Name]> extends true
    ? ParsedValue<Inputs[Name]>
    : ParsedValue<Inputs[Name]> | undefined;
};
