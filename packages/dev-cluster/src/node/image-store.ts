import { type Platform, parseReference, type Reference } from '@harbor-pilot/oci';
import type { TrustedCas } from './https-request.ts';
import { PullError } from './pull-error.ts';
import { type ContentCache, type PulledImage, pullImage } from './pull-image.ts';
import { openSession, type PullCredentials } from './registry-session.ts';

const pullTimeoutMilliseconds = 60_000;
const dockerHub = 'docker.io';

/** The images of one node. */
export interface ImageStore {
  /** The image of a reference if the node has it. */
  find(text: string): PulledImage | undefined;
  /** Pulls an image, with each of the credentials until one is accepted. @throws PullError when none is. */
  pull(text: string, credentials: readonly PullCredentials[], signal: AbortSignal): Promise<PulledImage>;
}

/** Makes the empty image store of a node. */
export function createImageStore(platform: Platform, cas: TrustedCas): ImageStore {
  const images = new Map<string, PulledImage>();
  const cache: ContentCache = new Map();
  return {
    find: (text) => images.get(text),
    pull: async (text, credentials, signal) => {
      const reference = parseImage(text);
      if (reference === undefined) throw new PullError(`invalid reference format: "${text}"`);
      const attempts = credentials.length === 0 ? [undefined] : credentials;
      let failure: unknown;
      for (const attempt of attempts) {
        try {
          const image = await pullImage(
            openSession({
              cas,
              registry: reference.registry === dockerHub ? 'registry-1.docker.io' : reference.registry,
              repository: reference.repository,
              credentials: attempt,
              signal: AbortSignal.any([signal, AbortSignal.timeout(pullTimeoutMilliseconds)]),
            }),
            cache,
            reference,
            text,
            platform,
          );
          images.set(text, image);
          return image;
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    },
  };
}

/** The reference of an image as a pod writes it, or undefined. Without a registry it is Docker Hub's. */
export function parseImage(text: string): Reference | undefined {
  try {
    const reference = parseReference(text, dockerHub);
    const isOfficial = reference.registry === dockerHub && !reference.repository.includes('/');
    return isOfficial ? { ...reference, repository: `library/${reference.repository}` } : reference;
  } catch {
    return undefined;
  }
}
