import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { PilotError } from '@harbor-pilot/core';
import { type Content, type Descriptor, type Digest, isDigest, parseManifest, verifyBytes } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';

/** A registry in memory with a referrers API, and what a test wants to see or to spoil in it. */
export interface MemoryRegistry extends Registry {
  readonly manifests: Map<string, Content>;
  readonly blobs: Map<Digest, Uint8Array>;
  /** How many requests changed it. */
  pushes(): number;
}

export function memoryRegistry(host = 'harbor.example.com'): MemoryRegistry {
  const manifests = new Map<string, Content>();
  const blobs = new Map<Digest, Uint8Array>();
  let pushes = 0;
  const find = (repository: string, tagOrDigest: string): Content | undefined =>
    manifests.get(`${repository}|${tagOrDigest}`);
  const get = (repository: string, tagOrDigest: string): Content => {
    const content = find(repository, tagOrDigest);
    if (content !== undefined) return content;
    throw new PilotError('REFERENCE_NOT_FOUND', `${host}/${repository} has no ${tagOrDigest}`);
  };
  const blob = (descriptor: Descriptor): Uint8Array => {
    const bytes = blobs.get(descriptor.digest);
    if (bytes === undefined) throw new PilotError('REFERENCE_NOT_FOUND', `no blob ${descriptor.digest}`);
    return verifyBytes(bytes, descriptor);
  };
  const pushManifest: Registry['pushManifest'] = async (repository, content, tag) => {
    pushes += 1;
    manifests.set(`${repository}|${content.descriptor.digest}`, content);
    if (tag !== undefined) manifests.set(`${repository}|${tag}`, content);
    return content.descriptor;
  };
  const unused = (): never => {
    throw new Error('not part of this registry');
  };
  return {
    host,
    manifests,
    blobs,
    pushes: () => pushes,
    ping: async () => true,
    allowedActions: async () => undefined,
    find: async (repository, tagOrDigest) => find(repository, tagOrDigest)?.descriptor,
    digestHeld: async (repository, tag) => find(repository, tag)?.descriptor.digest,
    resolve: async (repository, tagOrDigest) => get(repository, tagOrDigest).descriptor,
    fetchManifest: async (repository, tagOrDigest) => get(repository, tagOrDigest),
    hasBlob: async (_repository, digest) => blobs.has(digest),
    fetchBlob: async (_repository, descriptor) => blob(descriptor),
    openBlob: async (_repository, descriptor) => Readable.from([blob(descriptor)]),
    pushBlob: async (_repository, source) => {
      pushes += 1;
      blobs.set(source.descriptor.digest, verifyBytes(await buffer(await source.open()), source.descriptor));
      return 'pushed';
    },
    pushManifest,
    pushReferrer: async (repository, content) => ({ ...(await pushManifest(repository, content)), isTagSet: false }),
    async *listReferrers(repository, subject) {
      for (const [name, { bytes, descriptor }] of manifests) {
        const [place = '', reference = ''] = name.split('|');
        if (place !== repository || !isDigest(reference)) continue;
        const parsed = parseManifest(bytes, descriptor.mediaType);
        if (parsed.kind !== 'manifest' || parsed.manifest.subject?.digest !== subject) continue;
        const artifactType = parsed.manifest.artifactType ?? parsed.manifest.config.mediaType;
        yield { ...descriptor, artifactType };
      }
    },
    source: (repository) => ({
      read: async (descriptor) => get(repository, descriptor.digest).bytes,
      open: async () => unused(),
    }),
    listTags: unused,
    tryUpload: unused,
    pushImage: unused,
    missingBlobs: unused,
    deleteManifest: unused,
  };
}
