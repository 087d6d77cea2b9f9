export { type Attached, findAttached } from './attached.ts';
export { type Challenge, parseChallenges } from './challenge.ts';
export { addToClassicTag, classicManifest, classicTag, parseClassicTag } from './classic-tag.ts';
export { fixedFirst } from './fixed-first.ts';
export { pushContent } from './push-content.ts';
export { createRegistry, type RegistryOptions } from './registry.ts';
export { tokenServiceOf } from './tokens.ts';
export type { BlobOutcome, BlobSource, Credentials, PushOptions, PushProgress, Registry } from './types.ts';
export { pushWhole, readWhole, type WholeImage } from './whole-image.ts';
