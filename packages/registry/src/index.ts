export { type Attached, findAttached, isClassicTag } from './attached.ts';
export { createRegistry, type RegistryOptions } from './registry.ts';
export type { BlobOutcome, BlobSource, Credentials, PushOptions, PushProgress, Registry } from './types.ts';
export { pushWhole, readWhole, type WholeImage } from './whole-image.ts';
