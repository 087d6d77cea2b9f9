import { environmentName, type InputDeclaration, kebabName, type Step } from '@harbor-pilot/step-kit';

/** The inputs of a step as a Markdown table. */
export function inputsTable(step: Step): string {
  const rows = Object.entries(step.inputs).map(([name, declaration]) =>
    row([`\`${kebabName(name)}\``, describeInput(declaration), shownDefault(declaration), place(name, declaration)]),
  );
  return [row(['Input', 'Meaning', 'Default', 'In harbor-pilot.yml']), row(['---', '---', '---', '---']), ...rows].join(
    '\n',
  );
}

/** The outputs of a step as a Markdown table. */
export function outputsTable(step: Step): string {
  const rows = Object.entries(step.outputs).map(([name, { description }]) =>
    row([`\`${kebabName(name)}\``, description]),
  );
  return [row(['Output', 'Meaning']), row(['---', '---']), ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** The description of an input together with its choices and aliases. */
export function describeInput(declaration: InputDeclaration): string {
  const choices =
    declaration.kind === 'choice' ? ` One of ${declaration.choices.map((choice) => `\`${choice}\``).join(', ')}.` : '';
  const aliases = (declaration.aliases ?? []).map((alias) => `\`${kebabName(alias)}\``);
  return `${declaration.description}${choices}${aliases.length === 0 ? '' : ` Also known as ${aliases.join(', ')}.`}`;
}

/** The default of an input as a user would write it, or nothing. */
export function shownDefault(declaration: InputDeclaration): string {
  const { default: fallback } = declaration;
  if (declaration.required === true) return 'required';
  if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) return '';
  if (declaration.kind === 'duration') return `\`${String(fallback)}s\``;
  return `\`${Array.isArray(fallback) ? fallback.join(',') : String(fallback)}\``;
}

function place(name: string, { config, kind }: InputDeclaration): string {
  return kind === 'secret'
    ? `never; variable \`${environmentName(name)}\``
    : config === undefined
      ? ''
      : `\`${config}\``;
}
