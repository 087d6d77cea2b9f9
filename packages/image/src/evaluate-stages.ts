import { formatTimestamp } from '@harbor-pilot/core';
import type { Platform } from '@harbor-pilot/oci';
import type { BaseImages } from './base-image.ts';
import type { BaseLayers } from './base-layers.ts';
import { beginStage } from './begin-stage.ts';
import type { Action, Command } from './command.ts';
import type { CopyOrigin } from './copy.ts';
import { invalidAt, parseInstructions } from './dockerfile.ts';
import { expand } from './expand.ts';
import { expandBase, globalVariables, type Surroundings } from './global-variables.ts';
import { draftOver, makeDirectories } from './layer-draft.ts';
import { resolveOwner } from './owner.ts';
import { parseCommand } from './parse-command.ts';
import { addLayer, runCopy } from './run-copy.ts';
import { runSetting } from './run-settings.ts';
import { absolutePath, type StageState, variablesOf } from './stage-state.ts';
import { type Dockerfile, needsContainer, type Stage, stageCopiedFrom } from './stages.ts';
import { nodeAt, resolveLinks, segmentsOf } from './tree.ts';

/** What the stages of a build have in common. */
export interface Workshop extends Surroundings {
  readonly dockerfile: Dockerfile;
  readonly images: BaseImages;
  readonly layers: BaseLayers;
  /** The build context, read when it is first needed. */
  context(): Promise<CopyOrigin>;
  readonly created: Date;
  readonly workDirectory: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Works out a stage and the stages that it is made from, for one platform. Only file trees and configs are made; layers are
 * written later.
 * @throws PilotError DOCKERFILE_INVALID, DOCKERFILE_NEEDS_CONTAINER, CONTENT_HOSTILE, and what registries throw.
 */
export function evaluateStages(workshop: Workshop, target: Platform, wanted: Stage): Promise<StageState> {
  const globals = globalVariables(workshop.dockerfile, workshop, target);
  const known = new Map<Stage, Promise<StageState>>();
  const evaluate = (stage: Stage): Promise<StageState> => {
    const state = known.get(stage) ?? evaluateStage({ workshop, globals, target, evaluate }, stage);
    known.set(stage, state);
    return state;
  };
  return evaluate(wanted);
}

interface Evaluation {
  readonly workshop: Workshop;
  readonly globals: ReadonlyMap<string, string>;
  readonly target: Platform;
  evaluate(stage: Stage): Promise<StageState>;
}

async function evaluateStage(evaluation: Evaluation, stage: Stage): Promise<StageState> {
  const { workshop, globals, target, evaluate } = evaluation;
  const { dockerfile, images, layers } = workshop;
  const base = expandBase(stage, globals);
  const state = await beginStage({ dockerfile, stage, base, globals, target, images, layers, evaluate });
  for (const command of [...takeTriggers(state, stage), ...stage.commands]) {
    workshop.signal?.throwIfAborted();
    const hasLayer = await runCommand(evaluation, stage, command, state);
    const line = { created: formatTimestamp(workshop.created), created_by: command.text };
    state.history.push(hasLayer ? line : { ...line, empty_layer: true });
  }
  return state;
}

/** ONBUILD instructions of the base run once, as if they stood behind this FROM. */
function takeTriggers(state: StageState, stage: Stage): Command[] {
  const { OnBuild: triggers = [], ...runtime } = state.runtime;
  state.runtime = runtime;
  return triggers.flatMap((trigger) =>
    parseInstructions(trigger, stage.at.file).map((instruction) => {
      const command = parseCommand({ ...instruction, at: stage.at });
      if (command.action.kind === 'run') throw needsContainer(stage.at, `ONBUILD ${command.text} of ${stage.base}`);
      if (command.action.kind === 'copy' && command.action.from !== undefined) {
        throw invalidAt(
          stage.at,
          `ONBUILD ${command.text} of ${stage.base}: triggers cannot copy from stages or images`,
        );
      }
      return command;
    }),
  );
}

/** Runs one instruction and says whether it made a layer. */
async function runCommand(evaluation: Evaluation, stage: Stage, command: Command, state: StageState): Promise<boolean> {
  const { action } = command;
  switch (action.kind) {
    case 'run':
      throw needsContainer(command.at, command.text);
    case 'arg':
      declareArgs(evaluation, action, command, state);
      return false;
    case 'workdir':
      return changeFolder(action.value, command, state);
    case 'copy': {
      const { workDirectory, signal } = evaluation.workshop;
      const origin = await originOf(evaluation, stage, action.from, command, state);
      return runCopy(action, command, state, { origin, workDirectory, signal });
    }
    default:
      runSetting(action, command, state);
      return false;
  }
}

async function originOf(
  { workshop, evaluate }: Evaluation,
  stage: Stage,
  from: string | undefined,
  { at }: Command,
  state: StageState,
): Promise<CopyOrigin> {
  if (from === undefined) return workshop.context();
  const source = stageCopiedFrom(workshop.dockerfile, stage, from, at);
  if (source !== undefined) return { tree: await (await evaluate(source)).tree(), name: `stage ${from}` };
  const image = await workshop.images.find(from, state.platform, at);
  return { tree: await workshop.layers.treeOf(image), name: `image ${from}` };
}

function declareArgs(
  { workshop, globals }: Evaluation,
  { entries }: Extract<Action, { kind: 'arg' }>,
  { escapeWith, at }: Command,
  state: StageState,
): void {
  for (const { name, value } of entries) {
    const variables = variablesOf(state);
    const standard = value === undefined ? globals.get(name) : expand(value, { variables, escapeWith, at });
    const given = workshop.buildArgs[name] ?? standard;
    if (given !== undefined) state.args.set(name, given);
  }
}

/** WORKDIR: missing folders belong to USER, as with BuildKit. */
async function changeFolder(value: string, { at, escapeWith }: Command, state: StageState): Promise<boolean> {
  const path = expand(value, { variables: variablesOf(state), escapeWith, at });
  if (path === '') throw invalidAt(at, 'WORKDIR is empty');
  const folder = segmentsOf(absolutePath(state, path)).join('/');
  state.runtime = { ...state.runtime, WorkingDir: `/${folder}` };
  const tree = await state.tree();
  const resolved = resolveLinks(tree, folder);
  if (nodeAt(tree, resolved)?.kind === 'directory') return false;
  const { User: user } = state.runtime;
  const draft = draftOver(tree);
  const owner = user === undefined ? { uid: 0, gid: 0 } : await resolveOwner(user, tree, at);
  const blocker = makeDirectories(draft, resolved, owner);
  if (blocker !== undefined) throw invalidAt(at, `/${blocker} is there and is not a folder`);
  return addLayer(state, draft);
}
