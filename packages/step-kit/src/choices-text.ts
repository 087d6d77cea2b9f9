import type { InputDeclaration } from './input-declaration.ts';

/** The words that an input takes, as a sentence: ``One of `harbor`, `file`.``; undefined when it takes any text. */
export function choicesText(declaration: InputDeclaration): string | undefined {
  const choices = 'choices' in declaration ? (declaration.choices ?? []) : [];
  if (choices.length === 0) return undefined;
  const words = choices.map((choice) => `\`${choice}\``).join(', ');
  return `${declaration.kind === 'list' ? 'Some' : 'One'} of ${words}.`;
}
