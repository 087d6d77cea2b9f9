import { join, resolve } from 'node:path';
import { formatBytes, PilotError, secondsSince } from '@harbor-pilot/core';
import { buildImage } from '@harbor-pilot/image';
import { type Descriptor, formatPlatform, type Layout, parsePlatform } from '@harbor-pilot/oci';
import type { BuildPart, InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { parsePairs } from '../pairs.ts';
import { addToRecord } from '../record-file.ts';
import { requireNamedDigest } from '../subject.ts';
import { beginLayout } from './begin-layout.ts';
import type { buildInputs, buildStepInputs, buildStepOutputs } from './inputs.ts';

/** What a build made, and its part of the record. */
export interface Built {
  readonly root: Descriptor;
  readonly layout: Layout;
  readonly part: BuildPart;
}

/** Where the step was told to leave something. */
interface OwnPlaces {
  readonly record: string;
  readonly report?: string;
  readonly gateReports?: string;
}

/** What the steps leave in a workspace under names that nobody chose. It is no part of any image. */
const ownFiles: readonly string[] = ['.harbor-pilot', 'harbor-pilot.json', 'harbor-pilot.html', 'harbor-pilot.env'];

/**
 * Builds an image into a layout that has nothing else. What the steps themselves write is left out of the context, so that
 * the same sources give the same digest again.
 * @throws PilotError DOCKERFILE_INVALID, DOCKERFILE_NEEDS_CONTAINER, INPUT_INVALID
 */
export async function build(
  values: InputValues<typeof buildInputs> & OwnPlaces,
  directory: string,
  connection: Connection,
  runtime: Runtime,
): Promise<Built> {
  const begin = runtime.clock.now();
  const contextDirectory = resolve(runtime.workspace, values.context);
  const created = sourceDate(runtime.environment.SOURCE_DATE_EPOCH);
  const layout = await beginLayout(directory);
  const built = await buildImage({
    contextDirectory,
    exclude: [...ownFiles, values.record, values.report ?? [], values.gateReports ?? []]
      .flat()
      .map((file) => resolve(runtime.workspace, file)),
    ...(values.file === undefined ? {} : { dockerfile: resolve(runtime.workspace, values.file) }),
    platforms: values.platforms.map(parsePlatform),
    buildArgs: parsePairs('build-args', values.buildArgs),
    ...(values.target === undefined ? {} : { target: values.target }),
    labels: parsePairs('labels', values.labels),
    ...(created === undefined ? {} : { created }),
    layout,
    registryFor: connection.registryFor,
    signal: runtime.signal,
    progress: { warning: runtime.warn },
  });
  const platforms = built.platforms.map(({ platform, descriptor, sizeBytes }) => ({
    platform: formatPlatform(platform),
    digest: descriptor.digest,
    sizeBytes,
  }));
  for (const { platform, digest, sizeBytes } of platforms)
    runtime.info(`  ${platform}: ${digest}, ${formatBytes(sizeBytes)}`);
  runtime.info(`  built ${built.root.digest}`);
  return { root: built.root, layout, part: { platforms, durationSeconds: secondsSince(begin, runtime.clock) } };
}

/** `SOURCE_DATE_EPOCH` as the specification of reproducible-builds.org has it: seconds since 1970. */
function sourceDate(text: string | undefined): Date | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return new Date(Number(text) * 1000);
  throw new PilotError('INPUT_INVALID', `SOURCE_DATE_EPOCH is "${text}"`, {
    hint: 'It is a whole number of seconds since 1970.',
  });
}

/** Runs the step `build`. */
export async function runBuild(
  values: InputValues<typeof buildStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof buildStepOutputs>> {
  const connection = await connect(values, runtime);
  const { root, part } = await build(values, resolve(runtime.workspace, values.layout), connection, runtime);
  requireNamedDigest(connection, root.digest);
  await addToRecord(values.record, connection, root.digest, { build: part }, runtime);
  return { digest: root.digest, layout: join(values.layout) };
}
