import { runInCi } from '@harbor-pilot/ci';
import {
  camelName,
  choicesText,
  defaultText,
  environmentName,
  type InputDeclaration,
  type InputSource,
  kebabName,
  type Runtime,
  type Step,
} from '@harbor-pilot/step-kit';
import { allSteps, executeStep } from '@harbor-pilot/steps';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { readPassword } from './password.ts';
import { version } from './version.ts';

/** Adds commands of its own to the program; their exit code is handed to `exit`. */
export type AddCommands = (program: Command, exit: (code: number) => void) => void;

/**
 * Runs the command line.
 * @param argv words after the program's name.
 * @param addCommands commands besides the steps.
 * @returns the exit code of the process: 2 for wrong usage, else that of the step.
 */
export async function runCli(argv: readonly string[], addCommands: AddCommands = () => undefined): Promise<number> {
  let exitCode = 0;
  const exit = (code: number): void => {
    exitCode = code;
  };
  const program = new Command('harbor-pilot')
    .description('Get a container image through Harbor: log in, build, push, sign, scan-gate, roll out.')
    .version(version)
    .showHelpAfterError('Run with --help to see what there is.')
    .exitOverride();
  for (const step of allSteps) addStep(program, step, exit);
  addCommands(program, exit);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/**
 * Adds a step as a command, with a flag for each input that is no secret.
 * @param printed name of the one output that is printed as it is, for a pipe.
 */
export function addStep(program: Command, step: Step, exit: (code: number) => void, printed?: string): void {
  const command = program.command(step.name).description(step.summary);
  for (const [name, declaration] of Object.entries(step.inputs)) {
    for (const option of optionsOf(name, declaration)) command.addOption(option);
  }
  if ('password' in step.inputs) command.option('--password-stdin', 'Read the password from standard input.');
  command
    .option('--json', 'Print outputs or error as JSON on standard output.')
    .addHelpText('after', secretsHelp(step))
    .action(async (flags: Readonly<Record<string, unknown>>) => {
      const options = { overrides: (kebab: string) => flagValue(flags, kebab), json: flags.json === true };
      exit(
        await runInCi(async (runtime, inputs) => {
          const password = flags.passwordStdin === true ? await readPassword(process.stdin) : undefined;
          const fromStream: InputSource = (kebab) => (kebab === 'password' ? password : undefined);
          const target = printed === undefined || options.json ? runtime : printing(printed, runtime);
          await executeStep(step, target, [fromStream, ...inputs]);
        }, options),
      );
    });
}

function printing(printed: string, runtime: Runtime): Runtime {
  const setOutput: Runtime['setOutput'] = (name, value) => {
    if (name === kebabName(printed)) process.stdout.write(value);
  };
  return { ...runtime, setOutput };
}

function optionsOf(name: string, declaration: InputDeclaration): readonly Option[] {
  if (declaration.kind === 'secret') return [];
  const [flag, ...aliases] = [name, ...(declaration.aliases ?? [])].map(kebabName);
  const value = declaration.kind === 'boolean' ? '[true|false]' : '<value>';
  const isMany = declaration.kind === 'list' || declaration.kind === 'lines';
  const named = (name: string, text?: string): Option =>
    new Option(`--${name} ${value}`, text).argParser(isMany ? addValue : onlyValue);
  return [named(`${flag}`, describe(declaration)), ...aliases.map((alias) => named(alias).hideHelp())];
}

/** A flag for several values may be given several times, as users of other tools do. */
function addValue(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before}\n${value}`;
}

function onlyValue(value: string, before: string | undefined): string {
  if (before !== undefined) throw new InvalidArgumentError('It is given twice.');
  return value;
}

function describe(declaration: InputDeclaration): string {
  const text = [declaration.description, choicesText(declaration)].filter(Boolean).join(' ').replaceAll('`', '');
  const fallback = defaultText(declaration);
  return fallback === undefined ? text : `${text} (default: ${fallback})`;
}

function flagValue(flags: Readonly<Record<string, unknown>>, kebab: string): string | undefined {
  const value = flags[camelName(kebab)];
  // A switch without a value is on.
  return value === true ? 'true' : typeof value === 'string' ? value : undefined;
}

function secretsHelp(step: Step): string {
  const secrets = Object.entries(step.inputs).filter(([, { kind }]) => kind === 'secret');
  const lines = secrets.map(([name, { description }]) => `  ${environmentName(name)}  ${description}`);
  const others =
    '\nEach option can come as a variable (--only-fixed as HARBOR_PILOT_ONLY_FIXED) or from harbor-pilot.yml.';
  return lines.length === 0
    ? others
    : `${others}\nSecrets come as variables, the password on standard input, too:\n${lines.join('\n')}`;
}
