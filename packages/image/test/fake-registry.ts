import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { PilotError } from '@harbor-pilot/core';
import {
  type Content,
  contentOf,
  type Descriptor,
  digestOf,
  formatIndex,
  formatManifest,
  mediaTypes,
  type Platform,
  verifyBytes,
} from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { pack } from 'tar-stream';

export type TestEntry = Partial<Omit<Header, 'size'>> & { readonly name: string; readonly content?: string };
type Header = Parameters<ReturnType<typeof pack>['entry']>[0];

/** A base image of one platform, made of layers of tar entries. */
export interface TestBase {
  readonly platform: Platform;
  readonly layers: readonly (readonly TestEntry[])[];
  readonly config?: object;
  readonly compression?: 'gzip' | 'zstd' | 'docker';
}

/** A registry in memory that only gives out base images. `opened` counts how often layers were read. */
export class FakeRegistry {
  readonly opened: string[] = [];
  readonly asked: string[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  readonly #tags = new Map<string, Content>();

  async add(name: string, bases: readonly TestBase[]): Promise<Content> {
    const manifests: Descriptor[] = [];
    for (const base of bases) manifests.push({ ...(await this.#image(base)).descriptor, platform: base.platform });
    const attestation = { ...manifests[0], platform: { os: 'unknown', architecture: 'unknown' } } as Descriptor;
    return this.#tag(name, formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [...manifests, attestation] }));
  }

  /** A tag that is a manifest, not an index. */
  async addPlain(name: string, base: TestBase): Promise<Content> {
    return this.#tag(name, await this.#image(base));
  }

  registryFor(host: string): Registry {
    this.asked.push(host);
    const fetch = (descriptor: Descriptor): Uint8Array => {
      const bytes = this.blobs.get(descriptor.digest);
      if (bytes === undefined) throw new PilotError('REFERENCE_NOT_FOUND', `no ${descriptor.digest}`);
      return bytes;
    };
    const part: Partial<Registry> = {
      host,
      fetchManifest: async (repository, tag) => {
        const content = this.#tags.get(`${host}/${repository}:${tag}`);
        if (content === undefined) throw new PilotError('REFERENCE_NOT_FOUND', `no ${host}/${repository}:${tag}`);
        return content;
      },
      source: () => ({
        read: async (descriptor) => verifyBytes(fetch(descriptor), descriptor),
        open: async (descriptor) => {
          this.opened.push(descriptor.digest);
          return Readable.from([verifyBytes(fetch(descriptor), descriptor)]);
        },
      }),
    };
    return part as Registry;
  }

  #tag(name: string, content: Content): Content {
    this.#tags.set(name, content);
    this.#keep(content);
    return content;
  }

  #keep(content: Content): Descriptor {
    this.blobs.set(content.descriptor.digest, content.bytes);
    return content.descriptor;
  }

  async #image({ platform, layers, config = {}, compression = 'gzip' }: TestBase): Promise<Content> {
    const tars = await Promise.all(layers.map(tarOf));
    const descriptors = tars.map((tar) => {
      if (compression === 'zstd') return this.#keep(contentOf(mediaTypes.ociLayerZstd, zstdCompressSync(tar)));
      const type = compression === 'docker' ? mediaTypes.dockerLayerGzip : mediaTypes.ociLayerGzip;
      return this.#keep(contentOf(type, gzipSync(tar)));
    });
    const rootfs = { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) };
    const history = tars.map((_, index) => ({ created_by: `base ${index}` }));
    const document = { ...platform, config, rootfs, history };
    const stored = this.#keep(contentOf(mediaTypes.ociConfig, JSON.stringify(document)));
    const content = formatManifest({ mediaType: mediaTypes.ociManifest, config: stored, layers: descriptors });
    this.#keep(content);
    return content;
  }
}

async function tarOf(entries: readonly TestEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries) tar.entry({ mtime: new Date(0), ...header }, content ?? '');
  tar.finalize();
  return buffer(tar as never);
}
