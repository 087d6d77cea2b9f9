import { randomBytes } from 'node:crypto';
import { contentOf, formatManifest, mediaTypes, openLayout } from '@harbor-pilot/oci';

/** Writes an image of layers that cannot be compressed into an OCI layout, tagged v1. */
export async function writeSampleImage(folder, layerCount, layerBytes) {
  const layout = await openLayout(folder);
  const layers = [];
  for (let count = 0; count < layerCount; count += 1) {
    const layer = contentOf(mediaTypes.ociLayer, randomBytes(layerBytes));
    await layout.write(layer);
    layers.push(layer.descriptor);
  }
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) };
  const config = contentOf(mediaTypes.ociConfig, JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs }));
  const manifest = formatManifest({ mediaType: mediaTypes.ociManifest, config: config.descriptor, layers });
  for (const content of [config, manifest]) await layout.write(content);
  await layout.setRoots([{ ...manifest.descriptor, annotations: { 'org.opencontainers.image.ref.name': 'v1' } }]);
}
