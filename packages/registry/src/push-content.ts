import { Readable } from 'node:stream';
import type { Content } from '@harbor-pilot/oci';
import type { Registry } from './types.ts';

/** Pushes a blob that is in memory. */
export async function pushContent(
  registry: Registry,
  repository: string,
  { bytes, descriptor }: Content,
  signal?: AbortSignal,
): Promise<void> {
  const blob = { descriptor, open: async () => Readable.from([bytes]) };
  await registry.pushBlob(repository, blob, signal === undefined ? {} : { signal });
}
