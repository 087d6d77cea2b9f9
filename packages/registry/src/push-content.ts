import { Readable } from 'node:stream';
import type { Content } from '@harbor-pilot/oci';
import type { Registry } from './types.ts';

/** How a blob that is in memory is pushed. */
export interface PushContentOptions {
  readonly signal?: AbortSignal | undefined;
  /** It was made just now, and can be nowhere yet. */
  readonly isNew?: boolean;
}

/** Pushes a blob that is in memory. */
export async function pushContent(
  registry: Registry,
  repository: string,
  { bytes, descriptor }: Content,
  { signal, isNew = false }: PushContentOptions = {},
): Promise<void> {
  const blob = { descriptor, open: async () => Readable.from([bytes]) };
  await registry.pushBlob(repository, blob, { isMissing: isNew, signal });
}
