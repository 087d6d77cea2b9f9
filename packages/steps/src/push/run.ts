import { PilotError } from '@harbor-pilot/core';
import { type ContentSource, type Descriptor, type Digest, formatReference, hexOf, isTag } from '@harbor-pilot/oci';
import type { InputValues, OutputValues, PushedDestination, PushPart, Runtime } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { countOf, formatBytes, secondsSince } from '../phrases.ts';
import { addToRecord } from '../record-file.ts';
import { allDestinations, type Destination, parseDestinations } from './destinations.ts';
import type { pushStepInputs, pushStepOutputs } from './inputs.ts';
import { createPushMeter } from './push-meter.ts';
import { openSource } from './source.ts';

/** The tag that an image wears until its gate has passed. An image without a tag may be collected by Harbor at any time. */
export function quarantineTagOf(digest: Digest): string {
  return `pilot-${hexOf(digest).slice(0, 12)}`;
}

/**
 * The tags that an image shall have: the input, and the one in `image`.
 * @throws PilotError INPUT_INVALID when one is no tag.
 */
export function releaseTags(tags: readonly string[], connection: Connection): readonly string[] {
  const all = [...new Set([...(connection.reference.tag === undefined ? [] : [connection.reference.tag]), ...tags])];
  const bad = all.find((tag) => !isTag(tag));
  if (bad === undefined) return all;
  throw new PilotError('INPUT_INVALID', `"${bad}" is not a tag`, {
    hint: 'A tag has up to 128 letters, digits, ".", "_" and "-", and does not begin with "." or "-".',
  });
}

/** Pushes an image to one or more destinations, one after the other: each has the line for itself. */
export async function push(
  root: Descriptor,
  from: ContentSource,
  destinations: readonly Destination[],
  runtime: Runtime,
): Promise<PushPart> {
  const begin = runtime.clock.now();
  const pushed: PushedDestination[] = [];
  for (const destination of destinations) pushed.push(await pushTo(destination, root, from, runtime));
  const sum = (count: (one: PushedDestination) => number): number =>
    pushed.reduce((total, one) => total + count(one), 0);
  return {
    quarantineTag: quarantineTagOf(root.digest),
    pushedBlobs: sum(({ pushedBlobs }) => pushedBlobs),
    presentBlobs: sum(({ presentBlobs, mountedBlobs }) => presentBlobs + mountedBlobs),
    sentBytes: sum(({ sentBytes }) => sentBytes),
    durationSeconds: secondsSince(begin, runtime.clock),
    destinations: pushed,
  };
}

async function pushTo(
  { registry, reference, tags, mountFrom }: Destination,
  root: Descriptor,
  from: ContentSource,
  runtime: Runtime,
): Promise<PushedDestination> {
  const { registry: host, repository } = reference;
  const image = formatReference({ registry: host, repository });
  const meter = createPushMeter(image, runtime);
  await registry.pushImage(repository, root, from, {
    tags,
    signal: runtime.signal,
    progress: meter.progress,
    ...(mountFrom === undefined ? {} : { mountFrom }),
  });
  const moved = meter.moved();
  const sent = `${formatBytes(moved.sentBytes)}, ${formatBytes(moved.bytesPerSecond)}/s`;
  const retried = moved.retriedBlobs === 0 ? '' : `, ${moved.retriedBlobs} after a broken try`;
  runtime.info(
    `  ${image}: ${countOf(moved.pushedBlobs, 'blob')} pushed (${sent}), ${moved.mountedBlobs} mounted, ${moved.presentBlobs} there already${retried}; tags: ${tags.join(', ')}`,
  );
  return { image, tags, ...moved };
}

/** Runs the step `push`. */
export async function runPush(
  values: InputValues<typeof pushStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof pushStepOutputs>> {
  const others = parseDestinations(values.destinations, values.registry);
  const connection = await connect(
    values,
    runtime,
    others.map(({ registry }) => registry),
  );
  const wanted = releaseTags(values.tags, connection);
  const { root, content } = await openSource(values, runtime);
  const tags = wanted.length > 0 ? wanted : [quarantineTagOf(root.digest)];
  const part = await push(root, content, allDestinations(connection, others, tags), runtime);
  await addToRecord(values.record, connection, root.digest, { push: part }, runtime);
  const { registry, repository } = connection.reference;
  return { digest: root.digest, reference: formatReference({ registry, repository, digest: root.digest }) };
}
