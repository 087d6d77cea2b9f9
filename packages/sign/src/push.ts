import { Readable } from 'node:stream';
import type { Clock } from '@harbor-pilot/core';
import type { Content, Descriptor } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import type { Claim } from './claim.ts';
import type { Signer } from './signer.ts';

/** What pushing one signature needs. */
export interface PushOptions {
  readonly registry: Registry;
  readonly repository: string;
  readonly subject: Descriptor;
  readonly claim: Claim;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

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
