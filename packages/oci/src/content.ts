import type { Readable } from 'node:stream';
import type { Descriptor } from './manifest.ts';

/** Content by digest, wherever it is kept: an image layout on disk, a registry, memory. */
export interface ContentSource {
  /** All bytes of something small (a manifest or a config), verified. */
  read(descriptor: Descriptor): Promise<Uint8Array>;
  /** A stream of something large (a layer), verified while it is read. */
  open(descriptor: Descriptor): Promise<Readable>;
}
