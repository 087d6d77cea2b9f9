import { asObject, asString, PilotError } from '@harbor-pilot/core';
import { type Manifest, mediaTypes } from '@harbor-pilot/oci';
import { type AdvisoryBook, readAdvisories } from './advisory-folder.ts';
import { createImageTree } from './image-tree.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { createLayerReader, type ScanLimits } from './layer-reader.ts';
import { findVulnerabilities, type Vulnerability } from './matching.ts';
import type { ImageSource } from './registry-source.ts';

/** What a scan found. */
export interface ImageScan {
  readonly inventory: Inventory;
  readonly vulnerabilities: readonly Vulnerability[];
  /** What was read, what was not, and against what it was compared: one line each. */
  readonly log: readonly string[];
}

/**
 * Scans one image: its layers, its package databases, the advisories about them.
 * @throws PilotError what {@link ImageSource}, the layer reader, the inventory and the advisories throw.
 */
export async function scanImage(
  source: ImageSource,
  advisoriesDirectory: string | undefined,
  limits: ScanLimits,
): Promise<ImageScan> {
  const manifest = await source.manifest();
  const platform = await readPlatform(source, manifest);
  const tree = createImageTree();
  const layers = createLayerReader(tree, limits);
  for (const layer of manifest.layers) await layers.read(await source.open(layer), layer.mediaType);
  const inventory = takeInventory(tree);
  const advisories = await readAdvisories(advisoriesDirectory);
  const vulnerabilities = findVulnerabilities(inventory.lists, advisories.lookup);
  const log = [
    `read ${manifest.layers.length} layers of an image for ${platform}, ${inventory.distribution?.name ?? 'of no distribution'}`,
    ...describeInventory(inventory, advisories),
    `found ${vulnerabilities.length} vulnerabilities`,
  ];
  return { inventory, vulnerabilities, log };
}

const imageConfigs: readonly string[] = [mediaTypes.ociConfig, 'application/vnd.docker.container.image.v1+json'];

/** The platform of an image's config, which also tells an image from other artifacts. */
async function readPlatform(source: ImageSource, manifest: Manifest): Promise<string> {
  if (manifest.artifactType !== undefined || !imageConfigs.includes(manifest.config.mediaType)) {
    const type = manifest.artifactType ?? manifest.config.mediaType;
    throw new PilotError('SCAN_FAILED', `this is an artifact of type ${type}, not an image`);
  }
  try {
    const config = asObject(JSON.parse(Buffer.from(await source.read(manifest.config)).toString('utf8')));
    return `${asString(config?.os) ?? 'unknown'}/${asString(config?.architecture) ?? 'unknown'}`;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PilotError('CONTENT_HOSTILE', `the config ${manifest.config.digest} of the image is not JSON`, {
      cause: error,
    });
  }
}

function describeInventory({ lists, unread }: Inventory, { counts }: AdvisoryBook): string[] {
  const ecosystems = new Set(lists.map(({ ecosystem }) => ecosystem));
  return [
    ...lists.map(({ path, packages, ecosystem }) => `${path}: ${packages.length} packages of ${ecosystem}`),
    ...(lists.length === 0 ? ['there is no package database and no lock file in the image: nothing was compared'] : []),
    ...[...ecosystems].map((ecosystem) => `advisories about ${ecosystem}: ${counts.get(ecosystem) ?? 'none'}`),
    ...unread.map(({ what, path, count }) => `not read: ${what} (${path}${count > 1 ? ` and ${count - 1} more` : ''})`),
  ];
}
