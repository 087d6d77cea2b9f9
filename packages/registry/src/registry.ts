import { type Clock, PilotError, registerSecret, systemClock } from '@harbor-pilot/core';
import type { Credentials, Http } from '@harbor-pilot/http';
import { allowedActions } from './allowed-actions.ts';
import { manifestName } from './names.ts';
import { ping } from './ping.ts';
import { createSession, type Session } from './session.ts';
import type { Registry } from './types.ts';

/** What a client of a registry is made of. */
export interface RegistryOptions {
  readonly http: Http;
  /** Host with port when it is not 443, `harbor.example.com:8443`. */
  readonly host: string;
  /** Anonymous when absent. */
  readonly credentials?: Credentials;
  readonly plainHttp?: boolean;
  readonly clock?: Clock;
  /** Replaces the one of `http`. One with "cosign" in it lets Harbor give out what its pull policies block to who may push. */
  readonly userAgent?: string;
  /** Aborts whatever is under way; uploads are still cancelled then. */
  readonly signal?: AbortSignal;
}

// A login is at its first request without what moves images.
const loadImageWork = () => import('./image-work.ts');

/** Makes a client of one registry as one account. Nothing is asked before it is used. */
export function createRegistry(options: RegistryOptions): Registry {
  if (options.credentials !== undefined) hide(options.credentials);
  const session = createSession({ ...options, clock: options.clock ?? systemClock });
  return {
    host: options.host,
    ping: () => ping(session),
    allowedActions: (repository) => allowedActions(session, repository),
    resolve: async (repository, tagOrDigest) =>
      (await (await loadImageWork()).findManifest(session, repository, tagOrDigest)) ??
      missing(session, repository, tagOrDigest),
    find: async (repository, tagOrDigest) => (await loadImageWork()).findManifest(session, repository, tagOrDigest),
    digestHeld: async (repository, tag) => (await loadImageWork()).digestHeld(session, repository, tag),
    fetchManifest: async (repository, tagOrDigest) =>
      (await loadImageWork()).getManifest(session, repository, tagOrDigest),
    hasBlob: async (repository, digest) => (await loadImageWork()).hasBlob(session, repository, digest),
    fetchBlob: async (repository, descriptor) => (await loadImageWork()).fetchBlob(session, repository, descriptor),
    openBlob: async (repository, descriptor) => (await loadImageWork()).openBlob(session, repository, descriptor),
    pushBlob: async (repository, blob, how) => (await loadImageWork()).pushBlob(session, repository, blob, how),
    tryUpload: async (repository, bytes) => (await import('./upload-trial.ts')).tryUpload(session, repository, bytes),
    pushManifest: async (repository, content, tag) =>
      (await loadImageWork()).pushManifest(session, repository, content, tag),
    missingBlobs: async (repository, blobs) => (await loadImageWork()).missingBlobs(session, repository, blobs),
    deleteManifest: async (repository, tagOrDigest) =>
      (await loadImageWork()).deleteManifest(session, repository, tagOrDigest),
    async *listTags(repository) {
      yield* (await loadImageWork()).listTags(session, repository);
    },
    async *listReferrers(repository, subject, artifactType) {
      yield* (await loadImageWork()).listReferrers(session, repository, subject, artifactType);
    },
    pushReferrer: async (repository, content) => (await loadImageWork()).pushReferrer(session, repository, content),
    source: (repository) => ({
      read: async (descriptor) => (await loadImageWork()).readContent(session, repository, descriptor),
      open: async (descriptor) => (await loadImageWork()).openBlob(session, repository, descriptor),
    }),
    pushImage: async (repository, root, from, how) =>
      (await loadImageWork()).pushImage(session, repository, root, from, how),
  };
}

function hide({ username, password }: Credentials): void {
  registerSecret(password);
  registerSecret(Buffer.from(`${username}:${password}`).toString('base64'));
}

function missing(session: Session, repository: string, tagOrDigest: string): never {
  throw new PilotError('REFERENCE_NOT_FOUND', `${session.host} has no ${manifestName(repository, tagOrDigest)}`, {
    hint: 'Check the project, the repository and the tag or digest; it may have been deleted.',
    details: { host: session.host },
  });
}
