import type { Readable } from 'node:stream';
import type { Descriptor } from './manifest.ts';

/**
 * Content for one who passes it on: the memory of a chunk may be used again once the next chunk but one is asked for.
 * Destroying it wakes who waits for the next one.
 */
export type PassingContent = AsyncIterable<Buffer> & { destroy?(): void };

/** Content by digest, wherever it is kept: an image layout on disk, a registry, memory. */
export interface ContentSource {
  /** All bytes of something small (a manifest or a config), verified. */
  read(descriptor: Descriptor): Promise<Uint8Array>;
  /** A stream of something large (a layer), verified while it is read. */
  open(descriptor: Descriptor): Promise<Readable>;
  /** The same for one who only passes it on; absent where this would gain nothing. */
  pass?(descriptor: Descriptor): Promise<PassingContent>;
}

/** The content of a source for one who passes it on. */
export async function passContent(source: ContentSource, descriptor: Descriptor): Promise<PassingContent> {
  return source.pass?.(descriptor) ?? source.open(descriptor);
}
