export type { BlobOutcome, BlobSource, Credentials, PushProgress, Registry } from './types.ts';
