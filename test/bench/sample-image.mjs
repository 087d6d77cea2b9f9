import { createHash, randomFillSync } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { contentOf, formatManifest, mediaTypes, openLayout } from '@harbor-pilot/oci';

const pieceBytes = 1024 * 1024;

/** Writes an image of layers that cannot be compressed into an OCI layout, tagged v1. */
export async function writeSampleImage(folder, layerCount, layerBytes) {
  const layout = await openLayout(folder);
  const layers = [];
  for (let count = 0; count < layerCount; count += 1) layers.push(await writeLayer(layout, layerBytes));
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) };
  const config = contentOf(mediaTypes.ociConfig, JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs }));
  const manifest = formatManifest({ mediaType: mediaTypes.ociManifest, config: config.descriptor, layers });
  for (const content of [config, manifest]) await layout.write(content);
  await layout.setRoots([{ ...manifest.descriptor, annotations: { 'org.opencontainers.image.ref.name': 'v1' } }]);
}

async function writeLayer(layout, size) {
  const path = join(layout.directory, 'layer');
  const file = await open(path, 'w');
  const hash = createHash('sha256');
  const piece = Buffer.alloc(pieceBytes);
  for (let done = 0; done < size; done += piece.length) {
    const part = randomFillSync(piece).subarray(0, size - done);
    hash.update(part);
    await file.writeFile(part);
  }
  await file.close();
  const digest = `sha256:${hash.digest('hex')}`;
  await rename(path, layout.blobPath(digest));
  return { mediaType: mediaTypes.ociLayer, digest, size };
}
