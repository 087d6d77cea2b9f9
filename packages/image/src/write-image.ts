import { inParallel } from '@harbor-pilot/core';
import { type Descriptor, formatIndex, formatManifest, mediaTypes, type Platform } from '@harbor-pilot/oci';
import type { BaseLayers } from './base-layers.ts';
import { formatImageConfig } from './image-config.ts';
import { type LayerPlace, type WrittenLayer, writeLayer } from './layer-writer.ts';
import type { NewLayer, StageState } from './stage-state.ts';

/** One image of a build. */
export interface BuiltPlatform {
  readonly platform: Platform;
  /** Of its manifest. */
  readonly descriptor: Descriptor;
  /** Compressed layers and config, in bytes. */
  readonly sizeBytes: number;
}

/** The result of a build. */
export interface BuiltImage {
  /** The index when there is more than one platform, else the manifest. */
  readonly root: Descriptor;
  readonly platforms: readonly BuiltPlatform[];
}

/** What writing needs besides the evaluated stages. */
export interface ImagePlace extends LayerPlace {
  readonly baseLayers: BaseLayers;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly progress?: { layerWritten?(descriptor: Descriptor): void };
}

/** gzip keeps a core busy; more than two at once only take memory on usual build machines. */
const parallelLayers = 2;

/** Writes the layers, configs and manifests of evaluated stages, and at last names the root in the layout. */
export async function writeImage(
  states: readonly { readonly platform: Platform; readonly state: StageState }[],
  place: ImagePlace,
): Promise<BuiltImage> {
  const all = states.flatMap(({ state }) => state.layers);
  const fresh = new Map(all.flatMap((one) => (one.kind === 'new' ? [[one.layer.key, one.layer] as const] : [])));
  const written = await writeLayers([...fresh.values()], place);
  const based = new Map(
    all.flatMap((one) => (one.kind === 'base' ? [[one.layer.descriptor.digest, one.layer] as const] : [])),
  );
  await inParallel([...based.values()], (layer) => place.baseLayers.keep(layer), parallelLayers);
  const platforms: BuiltPlatform[] = [];
  for (const { platform, state } of states) platforms.push(await writePlatform(platform, state, written, place));
  place.signal?.throwIfAborted();
  const root = await writeRoot(platforms, place);
  await place.layout.setRoots([root]);
  return { root, platforms };
}

async function writeLayers(layers: readonly NewLayer[], place: ImagePlace): Promise<Map<string, WrittenLayer>> {
  const write = async ({ key, entries }: NewLayer): Promise<[string, WrittenLayer]> => {
    const layer = await writeLayer(entries, key, place);
    place.progress?.layerWritten?.(layer.descriptor);
    return [key, layer];
  };
  return new Map(await inParallel(layers, write, parallelLayers));
}

async function writePlatform(
  platform: Platform,
  state: StageState,
  written: ReadonlyMap<string, WrittenLayer>,
  { layout, created, labels, annotations }: ImagePlace,
): Promise<BuiltPlatform> {
  const layers = state.layers.map((one) => {
    const layer = one.kind === 'base' ? one.layer : written.get(one.layer.key);
    if (layer === undefined) throw new Error('a layer was not written');
    return layer;
  });
  const { platform: exact, runtime, author, history } = state;
  const config = formatImageConfig(
    {
      platform: exact,
      runtime: labels === undefined ? runtime : { ...runtime, Labels: { ...runtime.Labels, ...labels } },
      diffIds: layers.map(({ diffId }) => diffId),
      history,
      ...(author === undefined ? {} : { author }),
    },
    created,
  );
  await layout.write(config);
  const manifest = formatManifest({
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    ...annotated(annotations),
  });
  await layout.write(manifest);
  const sizeBytes = layers.reduce((total, { descriptor }) => total + descriptor.size, config.descriptor.size);
  return { platform, descriptor: { ...manifest.descriptor, platform: plain(exact) }, sizeBytes };
}

async function writeRoot(platforms: readonly BuiltPlatform[], place: ImagePlace): Promise<Descriptor> {
  const manifests = platforms.map(({ descriptor }) => descriptor);
  const [only, ...others] = manifests;
  if (only !== undefined && others.length === 0) return only;
  const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests, ...annotated(place.annotations) });
  await place.layout.write(index);
  return index.descriptor;
}

function annotated(annotations: Readonly<Record<string, string>> | undefined): {
  annotations?: Readonly<Record<string, string>>;
} {
  if (annotations === undefined || Object.keys(annotations).length === 0) return {};
  return { annotations: Object.fromEntries(Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function plain({ os, architecture, variant }: Platform): Platform {
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
