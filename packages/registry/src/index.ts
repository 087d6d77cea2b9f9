export { type Attached, findAttached, isClassicTag } from './attached.ts';
export {
  copyImage,
  type ImageCopy,
  type PushWholeOptions,
  pushWhole,
  readWhole,
  type WholeImage,
} from './copy.ts';
export { createRegistry, type RegistryOptions } from './registry.ts';
export type { BlobOutcome, BlobSource, Credentials, PushProgress, Registry } from './types.ts';
