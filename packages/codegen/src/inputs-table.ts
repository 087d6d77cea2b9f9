import {
  choicesText,
  defaultText,
  environmentName,
  type InputDeclaration,
  kebabName,
  type OutputDeclaration,
  type Step,
} from '@harbor-pilot/step-kit';

/** The inputs of a step as a Markdown table. */
export function inputsTable(step: Step): string {
  const rows = Object.entries(step.inputs).map(([name, declaration]) =>
    row([`\`${kebabName(name)}\``, describeInput(declaration), defaultCell(declaration), placeCell(name, declaration)]),
  );
  return [row(['Input', 'Meaning', 'Default', 'In harbor-pilot.yml']), row(['---', '---', '---', '---']), ...rows].join(
    '\n',
  );
}

/** What only harbor-pilot.yml can say about a step, as a Markdown table; nothing when there is no such thing. */
export function settingsTable({ settings = {} }: Step): string | undefined {
  const rows = Object.values(settings).map((declaration) =>
    row([`\`${declaration.config ?? ''}\``, describeInput(declaration), defaultCell(declaration)]),
  );
  if (rows.length === 0) return undefined;
  return [row(['Only in harbor-pilot.yml', 'Meaning', 'Default']), row(['---', '---', '---']), ...rows].join('\n');
}

/** The outputs of a step as a Markdown table. */
export function outputsTable(step: Step): string {
  const rows = Object.entries(step.outputs).map(([name, declaration]) =>
    row([`\`${kebabName(name)}\``, describeOutput(declaration)]),
  );
  return [row(['Output', 'Meaning']), row(['---', '---']), ...rows].join('\n');
}

/** The description of an output, and how a list is handed over. */
export function describeOutput({ description, isList }: OutputDeclaration): string {
  return isList === true
    ? `${description} One a line; on GitLab and in a terminal in one line, with commas between.`
    : description;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/**
 * The description of an input together with its choices and aliases.
 * @param aliases its other names as a front end writes them; in kebab-case when absent.
 */
export function describeInput(
  declaration: InputDeclaration,
  aliases: readonly string[] = (declaration.aliases ?? []).map(kebabName),
): string {
  const names = aliases.length === 0 ? '' : ` Also known as ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`;
  return `${[declaration.description, choicesText(declaration)].filter(Boolean).join(' ')}${names}`;
}

/** The same with its default, for places that have no column for that. */
export function describeWithDefault(declaration: InputDeclaration, aliases?: readonly string[]): string {
  const text = defaultText(declaration);
  return `${describeInput(declaration, aliases)}${text === undefined ? '' : ` Default: \`${text}\`.`}`;
}

function defaultCell(declaration: InputDeclaration): string {
  if (declaration.required === true) return 'required';
  const text = defaultText(declaration);
  return text === undefined ? '' : `\`${text}\``;
}

function placeCell(name: string, { config, kind }: InputDeclaration): string {
  if (kind === 'secret') return `never; variable \`${environmentName(name)}\``;
  return config === undefined ? '' : `\`${config}\``;
}
