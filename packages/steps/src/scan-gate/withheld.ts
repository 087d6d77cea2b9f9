import { unless } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Connection } from '../connect.ts';
import { type ImageTree, readTree } from '../subject.ts';

/** An account that may not push gets no image that a policy of the project withholds, though it may be scanned and judged. */
const withheld = ['PULL_REFUSED'] as const;

/**
 * What a tag is, by Harbor's API where the registry withholds it.
 * @throws PilotError REFERENCE_NOT_FOUND, and what the clients throw.
 */
export async function digestOfTag(
  tag: string,
  { project, repository }: { readonly project: string; readonly repository: string },
  { registry, harbor }: Connection,
): Promise<Digest> {
  const { digest } =
    (await unless(withheld, registry.resolve(`${project}/${repository}`, tag))) ??
    (await harbor.artifact(project, repository, tag));
  return digest;
}

/**
 * What an image consists of. Where the registry withholds that, it is only itself here: Harbor, which scans it, knows the
 * images in it. Only Harbor's own scan gets on with that.
 */
export async function readTreeToScan(connection: Connection, digest: Digest): Promise<ImageTree> {
  const tree = await unless(withheld, readTree(connection, digest));
  if (tree !== undefined) return tree;
  const { mediaType, sizeBytes } = await connection.harbor.artifact(connection.project, connection.name, digest);
  return { root: { mediaType, digest, size: sizeBytes }, children: [] };
}
