import { type Descriptor, manifestMediaTypes } from '@harbor-pilot/oci';
import { fetchBlob } from './blobs.ts';
import { getManifest } from './manifests.ts';
import type { Session } from './session.ts';

/** All bytes of a manifest, or of a small blob. */
export async function readContent(session: Session, repository: string, descriptor: Descriptor): Promise<Uint8Array> {
  return manifestMediaTypes.includes(descriptor.mediaType)
    ? (await getManifest(session, repository, descriptor.digest)).bytes
    : fetchBlob(session, repository, descriptor);
}
