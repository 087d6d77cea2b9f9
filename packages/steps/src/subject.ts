import { PilotError } from '@harbor-pilot/core';
import { type Descriptor, type Digest, parseDigest, parseManifest } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from './connect.ts';
import { readRecord } from './record-file.ts';

/**
 * The one digest that a step is about: the input, the one in `image`, the one of the record, or what the tag is now.
 * @throws PilotError INPUT_INVALID when nothing says which; REFERENCE_NOT_FOUND when the tag does not exist.
 */
export async function findDigest(
  values: { readonly digest: string | undefined; readonly record?: string },
  connection: Connection,
  runtime: Runtime,
): Promise<Digest> {
  if (values.digest !== undefined) return parseDigest(values.digest);
  const { digest, tag, repository } = connection.reference;
  if (digest !== undefined) return digest;
  const record = values.record === undefined ? undefined : await readRecord(values.record, connection, runtime);
  if (record !== undefined) return record.digest;
  if (tag === undefined) {
    throw new PilotError('INPUT_INVALID', 'no digest and no tag is given', {
      hint: 'Give the input digest, or write the image as project/repository@sha256:… or project/repository:tag.',
    });
  }
  const descriptor = await connection.registry.resolve(repository, tag);
  runtime.info(`${tag} is ${descriptor.digest}`);
  return descriptor.digest;
}

/** What an image consists of: itself, and the children when it is an index. */
export interface ImageTree {
  readonly root: Descriptor;
  readonly children: readonly Descriptor[];
}

/** Reads which children an image has; a manifest has none. */
export async function readTree(connection: Connection, digest: Digest): Promise<ImageTree> {
  const { registry, reference } = connection;
  const { descriptor, bytes } = await registry.fetchManifest(reference.repository, digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  return { root: descriptor, children: parsed.kind === 'index' ? parsed.index.manifests : [] };
}
