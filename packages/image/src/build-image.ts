import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import {
  type Descriptor,
  type Digest,
  formatPlatform,
  type Layout,
  type Platform,
  platformMatches,
} from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { baseImagesFrom } from './base-image.ts';
import { baseLayersIn } from './base-layers.ts';
import { readContext } from './context-tree.ts';
import type { CopyOrigin } from './copy.ts';
import { invalidAt } from './dockerfile.ts';
import { readIgnoreRules } from './dockerignore.ts';
import { evaluateStages, type Workshop } from './evaluate-stages.ts';
import { expandBase, globalVariables, unusedBuildArgs } from './global-variables.ts';
import { machinePlatform } from './platform-variables.ts';
import type { StageState } from './stage-state.ts';
import { findTarget, neededStages, parseDockerfile, refuseRun, type Stage } from './stages.ts';
import { type BuiltImage, writeImage } from './write-image.ts';

/** Called as an image is built, for progress lines. */
export interface BuildProgress {
  /** A base image was found in its registry. */
  baseFound?(reference: string, digest: Digest): void;
  /** A new layer is in the layout. */
  layerWritten?(descriptor: Descriptor): void;
  /** Something that is probably a mistake and does not stop the build. */
  warning?(line: string): void;
}

/** What to build, and where the result goes. */
export interface BuildOptions {
  readonly contextDirectory: string;
  /** Paths that are never part of the context, such as what the caller itself writes there; the layout is left out anyway. */
  readonly exclude?: readonly string[];
  /** Path of the Dockerfile; `Dockerfile` in the context when absent. */
  readonly dockerfile?: string;
  /** One image for each; more than one make an index. */
  readonly platforms: readonly Platform[];
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Name or index of the stage to build; the last one when absent. */
  readonly target?: string;
  /** Added to those of the Dockerfile. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of each manifest, and of the index. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Time of the image and of every new file in it; the beginning of 1970 when absent, so that equal input gives equal output. */
  readonly created?: Date;
  readonly layout: Layout;
  /** Registries for base images. */
  readonly registryFor: (host: string, repository: string) => Registry;
  /** Host meant by base images that name none; `docker.io` when absent. */
  readonly defaultRegistry?: string;
  /** What `$BUILDPLATFORM` means; Linux on this machine's processor when absent. */
  readonly buildPlatform?: Platform;
  readonly signal?: AbortSignal;
  readonly progress?: BuildProgress;
}

/**
 * Builds a Dockerfile without running anything: into an OCI image layout whose `index.json` then names the result. Equal
 * input gives equal digests; when it fails or is aborted, `index.json` is as it was and no temporary files stay.
 * @throws PilotError DOCKERFILE_INVALID, DOCKERFILE_NEEDS_CONTAINER (with file and line), INPUT_INVALID, FILE_UNREADABLE,
 * CONTENT_HOSTILE, and what the registries of base images throw.
 */
export async function buildImage(options: BuildOptions): Promise<BuiltImage> {
  const { signal, layout, platforms, progress } = options;
  signal?.throwIfAborted();
  checkInputs(options);
  const file = options.dockerfile ?? join(options.contextDirectory, 'Dockerfile');
  const dockerfile = parseDockerfile(await readDockerfile(file), file);
  const target = findTarget(dockerfile, options.target);
  const surroundings = {
    buildArgs: options.buildArgs ?? {},
    buildPlatform: options.buildPlatform ?? machinePlatform(),
  };
  for (const platform of platforms) {
    const globals = globalVariables(dockerfile, surroundings, platform);
    refuseRun(neededStages(dockerfile, target, (stage) => expandBase(stage, globals)));
  }
  for (const name of unusedBuildArgs(dockerfile, surroundings.buildArgs)) {
    progress?.warning?.(`${file} has no ARG ${name}: the build argument changes nothing`);
  }
  const workDirectory = await mkdtemp(join(layout.directory, '.build-'));
  try {
    const layers = baseLayersIn(layout, workDirectory, signal);
    const found = (reference: string, digest: Digest): void => progress?.baseFound?.(reference, digest);
    const images = baseImagesFrom(options.registryFor, options.defaultRegistry ?? 'docker.io', found);
    const context = contextOf(options, file);
    const created = options.created ?? new Date(0);
    const workshop = { ...surroundings, dockerfile, images, layers, context, created, workDirectory, signal };
    const states = await evaluateAll(workshop, platforms, target);
    return await writeImage(states, { ...options, created, workDirectory, signal, baseLayers: layers });
  } catch (error) {
    // Streams that were cut off by the signal fail in ways of their own.
    signal?.throwIfAborted();
    throw error;
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}

/** Times in a tar header that tar-stream writes end here. */
const lastSecond = 2 ** 31 - 1;

function checkInputs({ platforms, created, contextDirectory, layout }: BuildOptions): void {
  if (resolve(layout.directory) === resolve(contextDirectory)) {
    throw new PilotError('INPUT_INVALID', `${layout.directory} is the build context and the layout at once`, {
      hint: 'Name another folder for the layout: what is built must not be part of the next build.',
    });
  }
  const names = platforms.map(formatPlatform);
  if (names.length === 0) {
    throw new PilotError('INPUT_INVALID', 'no platform to build for is given', { hint: 'Give one, linux/amd64.' });
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new PilotError('INPUT_INVALID', `the platform ${twice} is given twice`, { hint: 'Leave one of them out.' });
  }
  const seconds = (created?.getTime() ?? 0) / 1000;
  if (!(seconds >= 0 && seconds <= lastSecond)) {
    throw new PilotError('INPUT_INVALID', `the time of the image, ${seconds} seconds, is not between 1970 and 2038`, {
      hint: 'Give a time that a tar file can hold (SOURCE_DATE_EPOCH): seconds since the beginning of 1970.',
    });
  }
}

async function readDockerfile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PilotError('FILE_UNREADABLE', `${file} cannot be read`, {
      cause,
      hint: 'Give the folder of the Dockerfile as context, or the path of the Dockerfile.',
    });
  });
}

/** The context is read once, and only when something is copied from it. */
function contextOf(options: BuildOptions, file: string): () => Promise<CopyOrigin> {
  const { contextDirectory, exclude = [], layout, signal } = options;
  let origin: Promise<CopyOrigin> | undefined;
  const read = async (): Promise<CopyOrigin> => {
    const rules = await readIgnoreRules(contextDirectory, file);
    return {
      tree: await readContext(contextDirectory, rules, [layout.directory, ...exclude], signal),
      name: 'the build context',
      hint: `Paths are below ${contextDirectory}; what .dockerignore leaves out or the build itself writes is not there.`,
    };
  };
  return () => {
    origin ??= read();
    return origin;
  };
}

async function evaluateAll(
  workshop: Workshop,
  platforms: readonly Platform[],
  target: Stage,
): Promise<{ platform: Platform; state: StageState }[]> {
  const states: { platform: Platform; state: StageState }[] = [];
  for (const platform of platforms) {
    const state = await evaluateStages(workshop, platform, target);
    if (!platformMatches(platform, state.platform)) {
      throw invalidAt(
        target.at,
        `the stage is for ${formatPlatform(state.platform)}, but ${formatPlatform(platform)} is to be built`,
        'Leave out --platform in the FROM of the stage that is built.',
      );
    }
    states.push({ platform, state });
  }
  return states;
}
