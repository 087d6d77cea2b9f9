import { asArray, asObject, asString, PilotError, parseObject } from '@harbor-pilot/core';
import {
  type Descriptor,
  type Digest,
  formatPlatform,
  type Platform,
  parseManifest,
  platformMatches,
} from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import type { ImageTree } from '../subject.ts';
import { scannableImages } from './image-to-cover.ts';
import { findInHarbor, type PlaceInHarbor } from './place-in-harbor.ts';

/** The image that another one is built on. */
export interface FoundBase extends PlaceInHarbor {
  /** The first platform of the image that is built on it, `linux/arm64`. */
  readonly platform: string;
  /** Digests of its layers of all these platforms, compressed and not. */
  readonly layers: ReadonlySet<string>;
}

interface ReadImage {
  readonly platform: Platform;
  readonly diffIds: readonly string[];
  /** Of the compressed layers. */
  readonly digests: readonly string[];
}

/** Tags move on: so many images of the repository are looked at for the one that the image was built on. */
const lookLimit = 10;

/**
 * Finds the base image of an image: the one whose layers are its first. It is there for advice: an image that is not built
 * on it, or that cannot be read, is a warning.
 * @param name of the base image in this Harbor, as the setting gives it. With a tag, older images of the repository are
 * looked at, too.
 */
export async function findBase(
  name: string,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<FoundBase | undefined> {
  try {
    return await searchBase(name, tree, connection);
  } catch (error) {
    if (!(error instanceof PilotError)) throw error;
    runtime.warn(`nothing is known of newer base images: ${error.message}`);
    return undefined;
  }
}

async function searchBase(name: string, tree: ImageTree, connection: Connection): Promise<FoundBase> {
  const { registry, reference, harbor } = connection;
  const named = await findInHarbor(name, 'the base image', connection);
  const own: ReadImage[] = [];
  for (const image of scannableImages(tree)) own.push(await readImage(registry, reference.repository, image));
  const isPinned = name.includes('sha256:');
  const listed = isPinned ? [] : await harbor.recentArtifacts(named.project, named.repository, lookLimit);
  for (const digest of new Set([named.digest, ...listed.map((artifact) => artifact.digest)])) {
    const layers = await layersBelow(own, registry, `${named.project}/${named.repository}`, digest);
    const [first] = own;
    if (layers !== undefined && first !== undefined) {
      return { ...named, digest, layers, platform: formatPlatform(first.platform) };
    }
  }
  const others = listed.length === 0 ? '' : `, nor on any other of the ${listed.length} newest beside it`;
  throw new PilotError('INPUT_INVALID', `the image is not built on ${name}, which is ${named.digest}${others}`);
}

/** The layers of an image or index when they are the first ones of all these images. */
async function layersBelow(
  own: readonly ReadImage[],
  registry: Registry,
  repository: string,
  digest: Digest,
): Promise<ReadonlySet<string> | undefined> {
  const { bytes, descriptor } = await registry.fetchManifest(repository, digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  const bases = parsed.kind === 'index' ? parsed.index.manifests : [descriptor];
  const layers = new Set<string>();
  for (const image of own) {
    const below = bases.find(({ platform }) => platform === undefined || platformMatches(image.platform, platform));
    const base = below === undefined ? undefined : await readImage(registry, repository, below);
    if (base === undefined || base.diffIds.length === 0) return undefined;
    if (!base.diffIds.every((layer, index) => layer === image.diffIds[index])) return undefined;
    for (const layer of [...base.diffIds, ...base.digests]) layers.add(layer);
  }
  return layers;
}

async function readImage(registry: Registry, repository: string, image: Descriptor): Promise<ReadImage> {
  const { bytes, descriptor } = await registry.fetchManifest(repository, image.digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'index') throw new PilotError('INPUT_INVALID', `${image.digest} is an index in an index`);
  // Artifacts that are no images have other configurations.
  const config = parseObject(Buffer.from(await registry.fetchBlob(repository, parsed.manifest.config)).toString());
  const [os, architecture, variant] = [config?.os, config?.architecture, config?.variant].map(asString);
  return {
    platform: image.platform ?? { os: os ?? '', architecture: architecture ?? '', ...(variant ? { variant } : {}) },
    diffIds: asArray(asObject(config?.rootfs)?.diff_ids).filter((layer) => typeof layer === 'string'),
    digests: parsed.manifest.layers.map(({ digest }) => digest),
  };
}
