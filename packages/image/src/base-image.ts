import { messageOf } from '@harbor-pilot/core';
import {
  type ContentSource,
  type Descriptor,
  type Digest,
  formatPlatform,
  formatReference,
  type Manifest,
  mediaTypes,
  type ParsedManifest,
  type Platform,
  parseManifest,
  parseReference,
  platformMatches,
  type Reference,
} from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { invalidAt, type SourceLine } from './dockerfile.ts';
import { type ImageConfig, parseImageConfig } from './image-config.ts';
import { hostile } from './tree.ts';

/** A layer of a base image. */
export interface BaseLayer {
  /** With the OCI media type; digest and size are those of the base. */
  readonly descriptor: Descriptor;
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
  /** Where it can be read. */
  readonly source: ContentSource;
}

/** An image of one platform that a stage begins with or copies from. */
export interface BaseImage {
  /** Digest of its manifest. */
  readonly digest: Digest;
  readonly config: ImageConfig;
  readonly layers: readonly BaseLayer[];
}

/** Finds base images; within one build a reference means the same image each time. */
export interface BaseImages {
  /**
   * @throws PilotError DOCKERFILE_INVALID when the reference cannot be read or has no image of the platform.
   * @throws PilotError CONTENT_HOSTILE when the image contradicts itself; and what the registry throws.
   */
  find(text: string, platform: Platform, at: SourceLine): Promise<BaseImage>;
}

interface Root {
  readonly digest: Digest;
  readonly parsed: ParsedManifest;
  readonly source: ContentSource;
}

/** Base images out of registries. */
export function baseImagesFrom(
  registryFor: (host: string, repository: string) => Registry,
  defaultRegistry: string,
  found: (reference: string, digest: Digest) => void,
): BaseImages {
  const roots = new Map<string, Promise<Root>>();
  const images = new Map<string, Promise<BaseImage>>();
  const fetchRoot = async (reference: Reference): Promise<Root> => {
    const registry = registryFor(reference.registry, reference.repository);
    const wanted = reference.digest ?? reference.tag ?? 'latest';
    const { descriptor, bytes } = await registry.fetchManifest(reference.repository, wanted);
    found(formatReference(reference), descriptor.digest);
    const source = registry.source(reference.repository);
    return { digest: descriptor.digest, parsed: parseManifest(bytes, descriptor.mediaType), source };
  };
  return {
    find: async (text, platform, at) => {
      const reference = readReference(text, defaultRegistry, at);
      const name = formatReference(reference);
      const root = await remember(roots, name, () => fetchRoot(reference));
      return remember(images, `${name} ${formatPlatform(platform)}`, () => readImage(root, platform, name, at));
    },
  };
}

function remember<Value>(map: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

function readReference(text: string, defaultRegistry: string, at: SourceLine): Reference {
  try {
    const reference = parseReference(text, defaultRegistry);
    // Docker Hub keeps its official images in a project that nobody writes.
    const official = reference.registry === 'docker.io' && !reference.repository.includes('/');
    return official ? { ...reference, repository: `library/${reference.repository}` } : reference;
  } catch (cause) {
    const message = messageOf(cause);
    throw invalidAt(at, message, 'Is it a stage? Then it must stand above this line.', cause);
  }
}

async function readImage(root: Root, platform: Platform, name: string, at: SourceLine): Promise<BaseImage> {
  const { digest, manifest, inIndex } = await selectManifest(root, platform, name, at);
  const config = parseImageConfig(await root.source.read(manifest.config), platform);
  if (!inIndex && !platformMatches(platform, config.platform)) {
    throw lacksPlatform(at, name, platform, [config.platform]);
  }
  const layers = manifest.layers.flatMap((descriptor, index) => {
    const mediaType = ociLayerTypes[descriptor.mediaType] ?? descriptor.mediaType;
    const diffId = config.diffIds[index];
    return diffId === undefined ? [] : { descriptor: { ...descriptor, mediaType }, diffId, source: root.source };
  });
  if (config.diffIds.length !== manifest.layers.length) {
    throw hostile(`${name} has ${manifest.layers.length} layers, but its config names ${config.diffIds.length}`);
  }
  return { digest, config, layers };
}

/** Docker's names of the same formats: an OCI manifest does not mix the two. */
const ociLayerTypes: Readonly<Record<string, string>> = {
  [mediaTypes.dockerLayerGzip]: mediaTypes.ociLayerGzip,
  'application/vnd.docker.image.rootfs.diff.tar': mediaTypes.ociLayer,
  'application/vnd.docker.image.rootfs.diff.tar.zstd': mediaTypes.ociLayerZstd,
};

async function selectManifest(
  { digest, parsed, source }: Root,
  platform: Platform,
  name: string,
  at: SourceLine,
): Promise<{ digest: Digest; manifest: Manifest; inIndex: boolean }> {
  if (parsed.kind === 'manifest') return { digest, manifest: parsed.manifest, inIndex: false };
  const offered = parsed.index.manifests.filter((one) => one.platform !== undefined && one.platform.os !== 'unknown');
  const chosen = offered.find((one) => one.platform !== undefined && platformMatches(platform, one.platform));
  if (chosen === undefined) {
    throw lacksPlatform(
      at,
      name,
      platform,
      offered.flatMap((one) => one.platform ?? []),
    );
  }
  const inner = parseManifest(await source.read(chosen), chosen.mediaType);
  if (inner.kind === 'manifest') return { digest: chosen.digest, manifest: inner.manifest, inIndex: true };
  throw hostile(`${name} names an index as its image for ${formatPlatform(platform)}`);
}

function lacksPlatform(at: SourceLine, name: string, wanted: Platform, offered: readonly Platform[]): Error {
  const list = [...new Set(offered.map(formatPlatform))].join(', ') || 'no platform';
  return invalidAt(
    at,
    `${name} has no image for ${formatPlatform(wanted)}: it offers ${list}`,
    'Build for platforms that the base offers, or take another base.',
  );
}
