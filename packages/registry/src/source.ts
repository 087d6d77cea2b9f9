import { type ContentSource, manifestMediaTypes } from '@harbor-pilot/oci';
import { fetchBlob, openBlob } from './blobs.ts';
import { getManifest } from './manifests.ts';
import type { Session } from './session.ts';

/** A repository as a source of content. */
export function repositorySource(session: Session, repository: string): ContentSource {
  return {
    read: async (descriptor) =>
      manifestMediaTypes.includes(descriptor.mediaType)
        ? (await getManifest(session, repository, descriptor.digest)).bytes
        : fetchBlob(session, repository, descriptor),
    open: (descriptor) => openBlob(session, repository, descriptor),
  };
}
