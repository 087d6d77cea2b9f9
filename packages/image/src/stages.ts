import { PilotError } from '@harbor-pilot/core';
import type { Command } from './command.ts';
import { type Instruction, invalidAt, parseInstructions, type SourceLine } from './dockerfile.ts';
import { parseCommand } from './parse-command.ts';
import { splitWords, takeFlags } from './words.ts';

/** One stage: a FROM and what follows. */
export interface Stage {
  readonly index: number;
  /** In lower case. */
  readonly name?: string;
  /** What stands behind FROM, not yet expanded. */
  readonly base: string;
  /** Value of `--platform`, not yet expanded. */
  readonly platform?: string;
  readonly commands: readonly Command[];
  readonly at: SourceLine;
  readonly escapeWith: string;
}

/** A whole Dockerfile, read and checked. */
export interface Dockerfile {
  readonly file: string;
  /** ARG before the first FROM. */
  readonly globals: readonly Command[];
  readonly stages: readonly Stage[];
}

/**
 * Reads a Dockerfile and checks each instruction.
 * @throws PilotError DOCKERFILE_INVALID with file and line.
 */
export function parseDockerfile(content: string, file: string): Dockerfile {
  const globals: Command[] = [];
  const stages: (Stage & { commands: Command[] })[] = [];
  for (const instruction of parseInstructions(content, file)) {
    if (instruction.keyword === 'FROM') {
      stages.push({ ...parseFrom(instruction, stages), commands: [] });
      continue;
    }
    const command = parseCommand(instruction);
    const stage = stages.at(-1);
    if (stage !== undefined) stage.commands.push(command);
    else if (command.action.kind === 'arg') globals.push(command);
    else throw invalidAt(instruction.at, `${instruction.keyword} stands before the first FROM`, 'Only ARG may.');
  }
  if (stages.length === 0) throw invalidAt({ file, line: 1 }, 'the Dockerfile has no FROM');
  return { file, globals, stages };
}

function parseFrom(instruction: Instruction, earlier: readonly Stage[]): Omit<Stage, 'commands'> {
  const { at, escapeWith } = instruction;
  const { flags, rest } = takeFlags(instruction, ['platform']);
  const [base, as, name, ...others] = splitWords(rest);
  if (base === undefined || others.length > 0 || (as !== undefined && (as.toUpperCase() !== 'AS' || !name))) {
    throw invalidAt(at, 'FROM cannot be read', 'Write FROM image, or FROM image AS name.');
  }
  const lower = name?.toLowerCase();
  if (lower !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(lower)) {
    throw invalidAt(at, `"${name}" cannot be the name of a stage`);
  }
  if (lower !== undefined && earlier.some((stage) => stage.name === lower)) {
    throw invalidAt(at, `two stages have the name ${name}`);
  }
  const platform = flags.get('platform');
  return {
    index: earlier.length,
    base,
    at,
    escapeWith,
    ...(lower === undefined ? {} : { name: lower }),
    ...(platform === undefined ? {} : { platform }),
  };
}

/**
 * The stage to build: by name or index, the last one when none is given.
 * @throws PilotError INPUT_INVALID when there is no such stage.
 */
export function findTarget({ file, stages }: Dockerfile, target: string | undefined): Stage {
  const found = target === undefined ? stages.at(-1) : findStage(stages, target);
  if (found !== undefined) return found;
  const names = stages.flatMap((stage) => stage.name ?? []).join(', ');
  throw new PilotError('INPUT_INVALID', `${file} has no stage "${target}"`, {
    hint: names === '' ? 'Its stages have no names; give an index, or none for the last stage.' : `It has ${names}.`,
  });
}

/** An earlier stage that a FROM or a `--from` means, or undefined when it means an image. */
export function findStage(stages: readonly Stage[], text: string): Stage | undefined {
  const named = stages.find((stage) => stage.name === text.toLowerCase());
  return named ?? (/^[0-9]+$/.test(text) ? stages[Number(text)] : undefined);
}

/**
 * The stage that a `--from` of a later stage means, or undefined when it means an image.
 * @throws PilotError DOCKERFILE_INVALID for the stage itself or one behind it.
 */
export function stageCopiedFrom(dockerfile: Dockerfile, user: Stage, from: string, at: SourceLine): Stage | undefined {
  const found = findStage(dockerfile.stages, from);
  if (found === undefined && /^[0-9]+$/.test(from)) throw invalidAt(at, `there is no stage ${from}`);
  if (found !== undefined && found.index >= user.index) {
    throw invalidAt(at, `--from=${from} is not an earlier stage`, 'A stage can copy only from stages above it.');
  }
  return found;
}

/** Stages that the target is made from, itself included. `baseOf` gives the expanded base of a stage. */
export function neededStages(dockerfile: Dockerfile, target: Stage, baseOf: (stage: Stage) => string): Set<Stage> {
  const needed = new Set<Stage>();
  const visit = (stage: Stage): void => {
    if (needed.has(stage)) return;
    needed.add(stage);
    const base = baseStage(dockerfile, stage, baseOf(stage));
    if (base !== undefined) visit(base);
    for (const { action, at } of stage.commands) {
      if (action.kind !== 'copy' || action.from === undefined) continue;
      const source = stageCopiedFrom(dockerfile, stage, action.from, at);
      if (source !== undefined) visit(source);
    }
  };
  visit(target);
  return needed;
}

/** The earlier stage that the expanded FROM of a stage names, or undefined when it names an image. */
export function baseStage(dockerfile: Dockerfile, stage: Stage, base: string): Stage | undefined {
  return dockerfile.stages.slice(0, stage.index).find(({ name }) => name !== undefined && name === base.toLowerCase());
}

/** The error for an instruction that would have to run a program. */
export function needsContainer(at: SourceLine, what: string): PilotError {
  return new PilotError('DOCKERFILE_NEEDS_CONTAINER', `${at.file}:${at.line}: ${what} needs a container`, {
    hint: 'Do this work in a CI step before the build and COPY its result, or build with a builder that runs containers.',
    details: { file: at.file, line: at.line },
  });
}

/**
 * Refuses RUN in stages that are needed.
 * @throws PilotError DOCKERFILE_NEEDS_CONTAINER at the first RUN.
 */
export function refuseRun(stages: Iterable<Stage>): void {
  const runs = [...stages].flatMap(({ commands }) => commands.filter(({ action }) => action.kind === 'run'));
  const first = runs.sort((a, b) => a.at.line - b.at.line)[0];
  if (first !== undefined) throw needsContainer(first.at, first.text.split('\n', 1)[0] ?? 'RUN');
}
