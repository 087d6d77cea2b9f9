import { asArray, asObject, asString, PilotError } from '@harbor-pilot/core';
import { type Descriptor, formatPlatform, type Platform, parseManifest, platformMatches } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import type { ImageTree } from '../subject.ts';
import { scannableImages } from './image-to-cover.ts';
import { findInHarbor } from './place-in-harbor.ts';

interface ReadImage {
  readonly platform: Platform;
  readonly diffIds: readonly string[];
  /** Of the compressed layers. */
  readonly digests: readonly string[];
}

/**
 * Digests of the layers of a base image, compressed and not: scanners that tell of layers tell by these what came with it.
 * It is there for advice: an image that is not built on it, or that cannot be read, is a warning.
 * @param name of the base image in this Harbor, as the setting gives it.
 */
export async function findBaseLayers(
  name: string,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<ReadonlySet<string>> {
  try {
    return await readBaseLayers(name, tree, connection);
  } catch (error) {
    if (!(error instanceof PilotError)) throw error;
    runtime.warn(`nothing is known of the layers of the base image: ${error.message}`);
    return new Set();
  }
}

async function readBaseLayers(name: string, tree: ImageTree, connection: Connection): Promise<ReadonlySet<string>> {
  const { registry, reference } = connection;
  const place = await findInHarbor(name, 'the base image', connection);
  const repository = `${place.project}/${place.repository}`;
  const { bytes, descriptor } = await registry.fetchManifest(repository, place.digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  const bases = parsed.kind === 'index' ? parsed.index.manifests : [descriptor];
  const layers = new Set<string>();
  for (const image of scannableImages(tree)) {
    const own = await readImage(registry, reference.repository, image);
    const below = bases.find(({ platform }) => platform === undefined || platformMatches(own.platform, platform));
    const base = below === undefined ? undefined : await readImage(registry, repository, below);
    if (base === undefined || !base.diffIds.every((layer, index) => layer === own.diffIds[index])) {
      const message = `the image of ${formatPlatform(own.platform)} is not built on ${name}, which is ${place.digest}`;
      throw new PilotError('INPUT_INVALID', message);
    }
    for (const layer of [...base.diffIds, ...base.digests]) layers.add(layer);
  }
  return layers;
}

async function readImage(registry: Registry, repository: string, image: Descriptor): Promise<ReadImage> {
  const { bytes, descriptor } = await registry.fetchManifest(repository, image.digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'index') throw new PilotError('INPUT_INVALID', `${image.digest} is an index in an index`);
  const config = parseConfig(await registry.fetchBlob(repository, parsed.manifest.config));
  const [os, architecture, variant] = [config?.os, config?.architecture, config?.variant].map(asString);
  return {
    platform: image.platform ?? { os: os ?? '', architecture: architecture ?? '', ...(variant ? { variant } : {}) },
    diffIds: asArray(asObject(config?.rootfs)?.diff_ids).filter((layer) => typeof layer === 'string'),
    digests: parsed.manifest.layers.map(({ digest }) => digest),
  };
}

function parseConfig(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}
