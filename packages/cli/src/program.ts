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

const seeHelp = 'Run with --help to see what there is.';

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
  const program = createProgram((code) => {
    exitCode = code;
  }, addCommands);
  outliveReaders();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** Makes the command line, which says that it was used wrongly by throwing. */
export function createProgram(exit: (code: number) => void, addCommands: AddCommands): Command {
  const program = new Command('harbor-pilot')
    .description('Get a container image through Harbor: log in, build, push, sign, scan-gate, roll out.')
    .version(version)
    .showHelpAfterError(seeHelp)
    .exitOverride();
  for (const step of allSteps) addStep(program, step, exit);
  addCommands(program, exit);
  for (const command of program.commands) command.exitOverride();
  return program;
}

/**
 * A reader that has seen enough (`| head`), or a terminal that was closed, must not end a release half-way: what is printed
 * from then on is lost, no more.
 */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '')) throw error;
    });
  }
}

/**
 * Adds a step as a command, with a flag for each input that is no secret.
 * @param printed name of the one output that is printed as it is, for a pipe.
 */
export function addStep(program: Command, step: Step, exit: (code: number) => void, printed?: string): void {
  const command = program.command(step.name).description(plain(step.summary));
  if ('image' in step.inputs) command.showHelpAfterError(`${seeHelp} Each value has a flag, such as --image.`);
  for (const [name, declaration] of Object.entries(step.inputs)) {
    if (declaration.kind === 'secret') refuseFlag(command, name);
    else for (const option of optionsOf(name, declaration)) command.addOption(option);
  }
  if ('password' in step.inputs) command.option('--password-stdin', 'Read the password from standard input.');
  command
    .option('--json', 'Print outputs or error as JSON on standard output.')
    .addHelpText('after', otherWays(step))
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
    if (name === kebabName(printed)) process.stdout.write(String(value));
  };
  return { ...runtime, setOutput };
}

/** Says where a secret belongs, without repeating it, to whoever gives it as other tools have it. */
function refuseFlag(command: Command, secret: string): void {
  const flag = kebabName(secret);
  const stream = flag === 'password' ? ', or use --password-stdin' : '';
  command.addOption(new Option(`--${flag} [value]`).hideHelp());
  command.on(`option:${flag}`, () =>
    command.error(
      `error: --${flag} would show in the list of processes. Give it as the variable ${environmentName(secret)}${stream}.`,
    ),
  );
}

function optionsOf(name: string, declaration: InputDeclaration): readonly Option[] {
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
  const text = [declaration.description, choicesText(declaration)].filter(Boolean).join(' ');
  const fallback = defaultText(declaration);
  return plain(fallback === undefined ? text : `${text} (default: ${fallback})`);
}

/** Markdown of declarations as it is read in a terminal. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

function flagValue(flags: Readonly<Record<string, unknown>>, kebab: string): string | undefined {
  const value = flags[camelName(kebab)];
  // A switch without a value is on.
  if (value === true) return 'true';
  return typeof value === 'string' ? value : undefined;
}

/** How else inputs can be given than by flags. */
function otherWays({ inputs }: Step): string {
  const secrets = Object.entries(inputs).filter(([, { kind }]) => kind === 'secret');
  const [example = ''] = Object.keys(inputs);
  const file = Object.values(inputs).some(({ config }) => config !== undefined)
    ? ', some also from harbor-pilot.yml'
    : '';
  return [
    `\nEach option can come as a variable, --${kebabName(example)} as ${environmentName(example)}${file}.`,
    ...(secrets.length === 0 ? [] : ['Secrets come as variables, the password on standard input, too:']),
    ...secrets.map(([name, { description }]) => `  ${environmentName(name)}  ${plain(description)}`),
  ].join('\n');
}
