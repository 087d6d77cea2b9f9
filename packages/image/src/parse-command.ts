import type { Action, Command, CommandLine, CopyCommand } from './command.ts';
import { type Instruction, invalidAt } from './dockerfile.ts';
import { parseHealthcheck } from './healthcheck.ts';
import { parseJsonWords, parsePairs, splitQuoted, splitWords, takeFlags } from './words.ts';

/**
 * Reads one instruction of a stage (everything but FROM).
 * @throws PilotError DOCKERFILE_INVALID with the line and what is wrong.
 */
export function parseCommand(instruction: Instruction): Command {
  const { at, escapeWith, keyword, text } = instruction;
  const parse = parsers[keyword];
  if (parse === undefined) {
    throw invalidAt(at, `there is no instruction ${keyword}`, `Known are FROM, ${Object.keys(parsers).join(', ')}.`);
  }
  if (text === '') throw invalidAt(at, `${keyword} needs something behind it`);
  return { action: parse(instruction), at, escapeWith, text: `${keyword} ${text}` };
}

const parsers: Readonly<Record<string, (instruction: Instruction) => Action>> = {
  RUN: () => ({ kind: 'run' }),
  ARG: parseArg,
  ENV: (instruction) => ({ kind: 'env', pairs: parsePairs(instruction) }),
  LABEL: (instruction) => ({ kind: 'label', pairs: parsePairs(instruction) }),
  COPY: parseCopy,
  ADD: parseAdd,
  WORKDIR: ({ text }) => ({ kind: 'workdir', value: text }),
  USER: ({ text }) => ({ kind: 'user', value: text }),
  STOPSIGNAL: ({ text }) => ({ kind: 'stopsignal', value: text }),
  MAINTAINER: ({ text }) => ({ kind: 'maintainer', value: text }),
  EXPOSE: ({ text }) => ({ kind: 'expose', words: splitWords(text) }),
  VOLUME: ({ at, text }) => ({ kind: 'volume', words: parseJsonWords(text, at) ?? splitWords(text) }),
  ENTRYPOINT: (instruction) => ({ kind: 'entrypoint', command: parseCommandLine(instruction) }),
  CMD: (instruction) => ({ kind: 'cmd', command: parseCommandLine(instruction) }),
  SHELL: parseShell,
  HEALTHCHECK: (instruction) => ({ kind: 'healthcheck', check: parseHealthcheck(instruction) }),
  ONBUILD: parseOnbuild,
};

function parseCommandLine({ at, text }: Instruction): CommandLine {
  const words = parseJsonWords(text, at);
  return words === undefined ? { line: text } : { words };
}

function parseShell({ at, text }: Instruction): Action {
  const words = parseJsonWords(text, at);
  if (words === undefined || words.length === 0) {
    throw invalidAt(at, 'SHELL needs a JSON list', 'Write SHELL ["/bin/sh", "-c"].');
  }
  return { kind: 'shell', words };
}

/** The trigger is checked here, so that a mistake does not wait for another image's build. */
function parseOnbuild(instruction: Instruction): Action {
  const [, keyword = '', text = ''] = /^(\S+)\s*([\s\S]*)$/.exec(instruction.text) ?? [];
  if (['ONBUILD', 'FROM', 'MAINTAINER'].includes(keyword.toUpperCase())) {
    throw invalidAt(instruction.at, `${keyword.toUpperCase()} cannot be a trigger of ONBUILD`);
  }
  parseCommand({ ...instruction, keyword: keyword.toUpperCase(), text });
  const heredocs = instruction.heredocs.map(({ name, body }) => `\n${body}${name}`);
  return { kind: 'onbuild', value: instruction.text + heredocs.join('') };
}

function parseArg({ at, text, escapeWith }: Instruction): Action {
  const entries = splitQuoted(text, escapeWith).map((word) => {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) throw invalidAt(at, `"${name}" cannot be the name of an ARG`);
    return equals < 0 ? { name } : { name, value: word.slice(equals + 1) };
  });
  return { kind: 'arg', entries };
}

function parseCopy(instruction: Instruction): CopyCommand {
  const { flags, rest } = takeFlags(instruction, ['from', 'chown', 'chmod', 'link']);
  const from = flags.get('from');
  if (from?.includes('$')) {
    throw invalidAt(
      instruction.at,
      '--from cannot hold a variable',
      'Name the image by FROM … AS name, which may hold variables, and copy from that stage.',
    );
  }
  if (from === '') throw invalidAt(instruction.at, '--from has no value');
  return { ...readCopy(instruction, flags, rest), ...(from === undefined ? {} : { from }) };
}

function parseAdd(instruction: Instruction): CopyCommand {
  const { flags, rest } = takeFlags(instruction, ['chown', 'chmod', 'link']);
  const command = { ...readCopy(instruction, flags, rest), unpack: true };
  const remote = command.sources.find((source) => /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(source));
  if (remote !== undefined) {
    throw invalidAt(
      instruction.at,
      `ADD of ${remote}: the native engine fetches nothing from other hosts`,
      'Download it in a CI step before the build, check its digest there, and COPY it.',
    );
  }
  return command;
}

function readCopy(instruction: Instruction, flags: ReadonlyMap<string, string>, rest: string): CopyCommand {
  const { at, keyword, heredocs } = instruction;
  const words = parseJsonWords(rest, at) ?? splitWords(rest);
  const destination = words.at(-1);
  if (destination === undefined || words.length < 2) {
    throw invalidAt(at, `${keyword} needs at least one source and a destination`);
  }
  const chmod = flags.get('chmod');
  const chown = flags.get('chown');
  const link = flags.get('link');
  return {
    kind: 'copy',
    keyword,
    sources: words.slice(0, -1).filter((word) => !heredocs.some(({ name }) => isHeredocWord(word, name))),
    destination,
    heredocs,
    link: link !== undefined && link !== 'false',
    unpack: false,
    ...(chown === undefined ? {} : { chown }),
    ...(chmod === undefined ? {} : { chmod }),
  };
}

function isHeredocWord(word: string, name: string): boolean {
  return [name, `"${name}"`, `'${name}'`].some((form) => word === `<<${form}` || word === `<<-${form}`);
}
