import { type Content, emptyContent, formatManifest, mediaTypes } from '@harbor-pilot/oci';

/** The manifest of an image without layers; its name makes it another one. */
export function imageManifest(name: string): Content {
  const config = emptyContent.descriptor;
  return formatManifest({ mediaType: mediaTypes.ociManifest, config, layers: [], annotations: { name } });
}
