export { createRegistry, type RegistryOptions } from './registry.ts';
export type { BlobOutcome, BlobSource, Credentials, PushProgress, Registry } from './types.ts';
