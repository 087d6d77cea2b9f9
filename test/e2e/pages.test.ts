import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kebabName, type Step } from '@harbor-pilot/step-kit';
import { allSteps, parseConfig } from '@harbor-pilot/steps';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { addCommands } from '../../packages/cli/src/commands.ts';
import { createProgram } from '../../packages/cli/src/program.ts';
import { root } from './world.ts';

// What the pages tell people to write has to be there, by that name. Whether it works is tested elsewhere.
const pages = globSync(
  ['README.md', '{docs,examples/*,gitlab-templates,jenkins-shared-lib,packages/*}/*.md', 'actions/*/README.md'],
  { cwd: root },
);
const program = createProgram(() => undefined, addCommands);
const stepOf = (name: string): Step | undefined => allSteps.find((step) => step.name === name);

/** The fenced blocks of a page in a language. */
function blocks(page: string, language: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^( *)```(\w+)\n(.*?)^ *```$/gms)].flatMap(([, , name, body = '']) =>
    name === language ? [body] : [],
  );
}

/** What a command line of a page has that there is not. */
function unknownWords(words: readonly string[]): readonly string[] {
  let command: typeof program = program;
  const unknown: string[] = [];
  for (const word of words) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next !== undefined) command = next;
    else if (command.commands.length > 0 && !word.startsWith('-')) unknown.push(word);
    else if (
      word.startsWith('--') &&
      word !== '--help' &&
      !command.options.some(({ long, hidden }) => long === word && !hidden)
    )
      unknown.push(word);
  }
  return unknown;
}

/** The uses of our actions in a workflow. */
function usesIn(value: unknown): readonly { readonly uses: string; readonly with?: Record<string, unknown> }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'uses' in value && String(value.uses).startsWith('harbor-pilot/') ? [value as { uses: string }] : [];
  return [...own, ...Object.values(value).flatMap(usesIn)];
}

function componentsIn(value: unknown): readonly { readonly component: string; readonly inputs?: object }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'component' in value ? [value as { component: string }] : [];
  return [...own, ...Object.values(value).flatMap(componentsIn)];
}

/** What an action is given that it does not know. */
function wrongInputs(uses: string, given: readonly string[]): readonly string[] {
  const step = stepOf(/actions\/([\w-]+)@v0$/.exec(uses)?.[1] ?? '');
  if (step === undefined) return [uses];
  const known = Object.entries(step.inputs).flatMap(([name, { aliases = [] }]) => [name, ...aliases].map(kebabName));
  return given.filter((name) => !known.includes(name)).map((name) => `${step.name}: ${name}`);
}

/** Parts of harbor-pilot.yml, by which a block is known for one. */
const configKeys = new Set([
  'registry',
  'image',
  'tags',
  'destinations',
  'ca-certificate',
  'build',
  'sign',
  'verify',
  'scan-gate',
  'rollout',
  'login',
  'doctor',
]);

describe.each(pages)('%s', (page) => {
  it('names commands and flags that there are', () => {
    const lines = blocks(page, 'sh').flatMap((text) => text.replaceAll('\\\n', ' ').split('\n'));
    const commands = lines.flatMap((line) => [...line.matchAll(/(?:npx )?\bharbor-pilot (?<words>[^#|<)&;]*)/g)]);
    expect(commands.filter(([text]) => !text.startsWith('npx '))).toEqual([]);
    expect(commands.flatMap(({ groups }) => unknownWords((groups?.words ?? '').trim().split(/\s+/)))).toEqual([]);
  });

  it('gives actions and components inputs that they have', () => {
    const documents = blocks(page, 'yaml').flatMap((text) =>
      parseAllDocuments(text).map((one) => one.toJS() as unknown),
    );
    const actions = documents
      .flatMap(usesIn)
      .flatMap(({ uses, with: given = {} }) => wrongInputs(uses, Object.keys(given)));
    const components = documents.flatMap(componentsIn).flatMap(({ component, inputs = {} }) => {
      const name = /harbor-pilot\/([\w-]+)@/.exec(component)?.[1] ?? component;
      const template = parseAllDocuments(
        readFileSync(join(root, 'gitlab-templates/templates', name, 'template.yml'), 'utf8'),
      );
      const spec = template[0]?.toJS() as { spec: { inputs: object } };
      // GitLab takes nothing but text for an input without a type.
      return Object.entries(inputs)
        .filter(([input, value]) => !(input in spec.spec.inputs) || typeof value !== 'string')
        .map(([input]) => `${name}: ${input}`);
    });
    expect([...actions, ...components]).toEqual([]);
  });

  it('has settings that harbor-pilot.yml takes', async () => {
    for (const text of blocks(page, 'yaml')) {
      const value = parseAllDocuments(text)[0]?.toJS() as unknown;
      const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
      if (keys.length > 0 && keys.every((key) => configKeys.has(key))) await parseConfig(text, page, allSteps);
    }
  });

  it('gives the variables of Jenkins arguments that they have', () => {
    const calls = blocks(page, 'groovy').flatMap((text) => [
      ...text.matchAll(/\b(harbor[A-Z]\w*|withHarborLogin)\(([^)]*)\)/g),
    ]);
    const wrong = calls.flatMap(([, name = '', args = '']) => {
      const known = readFileSync(
        join(root, 'jenkins-shared-lib/vars', `${name === 'withHarborLogin' ? 'harborLogin' : name}.txt`),
        'utf8',
      );
      return [...args.matchAll(/(\w+):\s/g)].flatMap(([, argument]) =>
        known.includes(`<b>${argument}</b>`) ? [] : [`${name}: ${argument}`],
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe.each(allSteps.map((step) => [step.name, step] as const))('the example of %s', (name, step) => {
  it('gives all that it cannot do without', () => {
    const [use] = blocks(`actions/${name}/README.md`, 'yaml')
      .map((text) => parse(text) as unknown)
      .flatMap(usesIn);
    const required = Object.keys(step.inputs).filter((input) => step.inputs[input]?.required === true);
    expect(Object.keys(use?.with ?? {})).toEqual(expect.arrayContaining(required.map(kebabName)));
  });
});
