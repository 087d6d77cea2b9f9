// What the client of a registry loads with the first image that it reads or writes: it is needed together.
export { fetchBlob, hasBlob, openBlob } from './blobs.ts';
export { missingBlobs, pushImage } from './images.ts';
export { digestHeld, pushManifest } from './manifest-push.ts';
export { deleteManifest, findManifest, getManifest } from './manifests.ts';
export { readContent } from './read-content.ts';
export { listReferrers, pushReferrer } from './referrers.ts';
export { listTags } from './tags.ts';
export { pushBlob } from './uploads.ts';
