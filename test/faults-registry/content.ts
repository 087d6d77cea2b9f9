import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Content, contentOf, digestOf } from '@harbor-pilot/oci';
import type { BlobSource, Registry } from '@harbor-pilot/registry';
import { expect } from '@jest/globals';

interface ReadableSource extends BlobSource {
  open(): Promise<Readable>;
}

/** A blob that never existed before. */
export function randomBlob(sizeBytes: number): Content & { readonly source: ReadableSource } {
  const content = contentOf('application/octet-stream', randomBytes(sizeBytes));
  return { ...content, source: sourceOf(content) };
}

/** A way to open content, in pieces as a file would come. */
export function sourceOf({ descriptor, bytes }: Content): ReadableSource {
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  };
  return { descriptor, open: async () => Readable.from(pieces(), { objectMode: false }) };
}

/** Asserts that a registry gives out just these bytes. */
export async function expectStored(registry: Registry, repository: string, content: Content): Promise<void> {
  const stored = await buffer(await registry.openBlob(repository, content.descriptor));
  expect(digestOf(stored)).toBe(content.descriptor.digest);
}
