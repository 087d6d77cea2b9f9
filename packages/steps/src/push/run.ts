import { PilotError, secondsSince } from '@harbor-pilot/core';
import type { ContentSource, Descriptor } from '@harbor-pilot/oci';
import type { PushOptions } from '@harbor-pilot/registry';
import type { InputValues, OutputValues, PushedDestination, PushPart, Runtime } from '@harbor-pilot/step-kit';
import { exportBundle } from '../bundle/export-bundle.ts';
import { importBundle } from '../bundle/import-bundle.ts';
import { connect } from '../connect.ts';
import { refuseForks } from '../forks.ts';
import { setOutputs } from '../outputs.ts';
import { addToRecord, imageName, requireBuiltAs } from '../record-file.ts';
import { requireWritableRecord } from '../require-writable.ts';
import { requireNamedDigest } from '../subject.ts';
import { deliverToAll } from './deliver-to-all.ts';
import { type Destination, parseDestinations, toDestination } from './destinations.ts';
import type { pushStepInputs, pushStepOutputs } from './inputs.ts';
import { pushTo } from './push-to.ts';
import { openSource } from './source.ts';
import { quarantineTagOf, releaseTags } from './tags.ts';

/**
 * Pushes an image to one or more destinations.
 * @param note told whenever one more has it.
 * @throws PilotError what {@link deliverToAll} throws.
 */
export async function push(
  root: Descriptor,
  from: ContentSource,
  destinations: readonly Destination[],
  runtime: Runtime,
  note: (part: PushPart) => Promise<void>,
): Promise<void> {
  const begin = runtime.clock.now();
  const pushOne = (destination: Destination): Promise<PushedDestination> => {
    const { registry, reference } = destination;
    const pushRoot = (options: PushOptions) => registry.pushImage(reference.repository, root, from, options);
    return pushTo(destination, runtime, pushRoot);
  };
  await deliverToAll(root.digest, destinations, pushOne, runtime, (pushed) => {
    const sum = (count: (one: PushedDestination) => number): number =>
      pushed.reduce((total, one) => total + count(one), 0);
    return note({
      quarantineTag: quarantineTagOf(root.digest),
      pushedBlobs: sum(({ pushedBlobs }) => pushedBlobs),
      presentBlobs: sum(({ presentBlobs, mountedBlobs }) => presentBlobs + mountedBlobs),
      sentBytes: sum(({ sentBytes }) => sentBytes),
      durationSeconds: secondsSince(begin, runtime.clock),
      destinations: [...pushed],
    });
  });
}

/** Runs the step `push`. */
export async function runPush(
  values: InputValues<typeof pushStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof pushStepOutputs>> {
  checkExclusive(values);
  if (values.toBundle === undefined) {
    await refuseForks('push', values.allowForks, runtime);
    await requireWritableRecord(values.record, runtime);
  }
  const others = parseDestinations(values.destinations, values.registry);
  const connection = await connect(
    values,
    runtime,
    others.map(({ registry }) => registry),
  );
  if (values.toBundle !== undefined) return exportBundle(values.toBundle, values.record, connection, runtime);
  const wanted = releaseTags(values.tags, connection);
  const prepare = (ownTags: readonly string[]): readonly Destination[] => [
    {
      registry: connection.registry,
      reference: connection.reference,
      harbor: connection.harbor,
      advisor: connection.harbor,
      tags: ownTags,
    },
    ...others.map((other) => toDestination(other, ownTags, connection)),
  ];
  if (values.fromBundle !== undefined) return importBundle(values.fromBundle, values.record, wanted, prepare, runtime);
  const { root, content } = await openSource(values, runtime);
  requireNamedDigest(connection, root.digest);
  if (values.source === undefined) await requireBuiltAs(connection, root.digest, values, runtime);
  const outputs = { digest: root.digest, reference: `${imageName(connection)}@${root.digest}` };
  const destinations = prepare(wanted.length > 0 ? wanted : [quarantineTagOf(root.digest)]);
  await push(root, content, destinations, runtime, async (part) => {
    await addToRecord(values.record, connection, root.digest, { push: part }, runtime);
    // Also when another destination does not get it.
    setOutputs(outputs, runtime);
  });
  return outputs;
}

function checkExclusive({ source, toBundle, fromBundle, destinations }: InputValues<typeof pushStepInputs>): void {
  const given = Object.entries({ source, 'to-bundle': toBundle, 'from-bundle': fromBundle });
  const names = given.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (toBundle !== undefined && destinations.length > 0) names.push('destinations');
  if (names.length < 2) return;
  throw new PilotError('INPUT_INVALID', `the inputs ${names.map((name) => `"${name}"`).join(' and ')} are both given`, {
    hint: 'Push from one source, or write a bundle of what the registry has.',
  });
}
