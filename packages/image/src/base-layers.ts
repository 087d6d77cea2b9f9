import { createReadStream, createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Digest, hexOf, type Layout } from '@harbor-pilot/oci';
import { applyTar } from './apply-tar.ts';
import type { BaseImage, BaseLayer } from './base-image.ts';
import { draftOver } from './layer-draft.ts';
import { type DirectoryNode, emptyDirectory } from './tree.ts';
import { openTar } from './unpack.ts';

/** Layers of base images: downloaded once, each verified by its digest. */
export interface BaseLayers {
  /** The merged file tree of an image; callers clone it before they change it. */
  treeOf(image: BaseImage): Promise<DirectoryNode>;
  /** Puts a layer into the layout. */
  keep(layer: BaseLayer): Promise<void>;
}

/** Base layers by way of a work folder on the file system of the layout. */
export function baseLayersIn(layout: Layout, workDirectory: string, signal: AbortSignal | undefined): BaseLayers {
  const downloads = new Map<Digest, Promise<string>>();
  const trees = new Map<Digest, Promise<DirectoryNode>>();

  const download = async ({ descriptor, source }: BaseLayer): Promise<string> => {
    const path = join(workDirectory, `${hexOf(descriptor.digest)}.base`);
    const kept = await layout.has(descriptor.digest);
    const content = await (kept ? layout : source).open(descriptor);
    await pipeline(content, createWriteStream(path, { flush: true }), signal === undefined ? {} : { signal });
    return path;
  };
  const downloaded = (layer: BaseLayer): Promise<string> => {
    const known = downloads.get(layer.descriptor.digest) ?? download(layer);
    downloads.set(layer.descriptor.digest, known);
    return known;
  };
  const buildTree = async (image: BaseImage): Promise<DirectoryNode> => {
    const tree = emptyDirectory();
    for (const layer of image.layers) {
      const path = await downloaded(layer);
      const { digest } = layer.descriptor;
      const origin = { name: `layer ${digest}`, key: digest, fileName: `${hexOf(digest)}.tar` };
      const tar = await openTar({ ...origin, open: async () => createReadStream(path) }, workDirectory, signal);
      const use = { name: origin.name, into: '', whiteouts: true, contentOf: tar.contentOf };
      await applyTar(draftOver(tree), tar.entries(), use);
    }
    return tree;
  };

  return {
    treeOf: (image) => {
      const known = trees.get(image.digest) ?? buildTree(image);
      trees.set(image.digest, known);
      return known;
    },
    keep: async (layer) => {
      const path = layout.blobPath(layer.descriptor.digest);
      await rename(await downloaded(layer), path);
      downloads.set(layer.descriptor.digest, Promise.resolve(path));
    },
  };
}
