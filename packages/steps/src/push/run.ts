import { resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import {
  type ContentSource,
  type Descriptor,
  type Digest,
  formatReference,
  hexOf,
  isTag,
  openLayout,
} from '@harbor-pilot/oci';
import type { InputValues, OutputValues, PushPart, Runtime } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { countOf, formatBytes, secondsSince } from '../phrases.ts';
import { addToRecord } from '../record-file.ts';
import type { pushStepInputs, pushStepOutputs } from './inputs.ts';

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

/** Pushes an image under some tags. */
export async function push(
  root: Descriptor,
  from: ContentSource,
  tags: readonly string[],
  connection: Connection,
  runtime: Runtime,
): Promise<PushPart> {
  const begin = runtime.clock.now();
  let pushedBlobs = 0;
  let presentBlobs = 0;
  let sentBytes = 0;
  await connection.registry.pushImage(connection.reference.repository, root, from, {
    tags,
    signal: runtime.signal,
    progress: {
      blobDone: (descriptor, outcome) => {
        if (outcome === 'pushed') {
          pushedBlobs++;
          sentBytes += descriptor.size;
        } else presentBlobs++;
        runtime.info(`  ${descriptor.digest.slice(0, 19)} ${formatBytes(descriptor.size)} ${outcome}`);
      },
    },
  });
  runtime.info(
    `  ${countOf(pushedBlobs, 'blob')} pushed (${formatBytes(sentBytes)}), ${presentBlobs} there already; tags: ${tags.join(', ')}`,
  );
  return {
    quarantineTag: quarantineTagOf(root.digest),
    pushedBlobs,
    presentBlobs,
    sentBytes,
    durationSeconds: secondsSince(begin, runtime.clock),
  };
}

/** Runs the step `push`. */
export async function runPush(
  values: InputValues<typeof pushStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof pushStepOutputs>> {
  const connection = await connect(values, runtime);
  const wanted = releaseTags(values.tags, connection);
  const layout = await openLayout(resolve(runtime.workspace, values.layout));
  const [root, ...others] = await layout.roots();
  if (root === undefined || others.length > 0) {
    throw new PilotError(
      'FILE_UNREADABLE',
      `the image layout ${values.layout} names ${others.length + Number(root !== undefined)} images`,
      {
        hint: 'Give a layout with just one image, as the build step writes it.',
      },
    );
  }
  const tags = wanted.length > 0 ? wanted : [quarantineTagOf(root.digest)];
  const part = await push(root, layout, tags, connection, runtime);
  await addToRecord(values.record, connection, root.digest, { push: part }, runtime);
  const { registry, repository } = connection.reference;
  return { digest: root.digest, reference: formatReference({ registry, repository, digest: root.digest }) };
}
