import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asArray, asObject, asString } from '@harbor-pilot/core';
import {
  type Descriptor,
  type Digest,
  digestOf,
  formatPlatform,
  isDigest,
  type Manifest,
  manifestSizeLimitBytes,
  mediaTypes,
  type ParsedManifest,
  type Platform,
  parseManifest,
  platformMatches,
  type Reference,
  verifyBytes,
  verifyingStream,
} from '@harbor-pilot/oci';
import { readBody } from './https-request.ts';
import { PullError, wrap } from './pull-error.ts';
import type { RegistrySession } from './registry-session.ts';

/** Content that a node has, by digest; the bytes of manifests and configs are kept, of layers only that they were right. */
export type ContentCache = Map<Digest, Uint8Array | 'verified'>;

/** An image that a node has. */
export interface PulledImage {
  /** `registry/repository@digest` of what the reference named, an index or a manifest. */
  readonly imageId: string;
  /** Of the manifest, the config and all layers, in bytes. */
  readonly sizeBytes: number;
  readonly layerCount: number;
  /** What the image runs, from its config. */
  readonly command: readonly string[];
}

/**
 * Pulls the image of a reference for a platform: every manifest, config and layer is read and held against its digest and
 * size.
 * @param text the reference as the pod writes it.
 * @throws PullError in the words of the container runtime.
 */
export async function pullImage(
  session: RegistrySession,
  cache: ContentCache,
  reference: Reference,
  text: string,
  platform: Platform,
): Promise<PulledImage> {
  const failed = `failed to pull and unpack image "${text}"`;
  const root = await resolve(session, reference).catch((error: unknown) => {
    throw wrap(`${failed}: failed to resolve reference "${text}"`, error);
  });
  try {
    const { descriptor, manifest } = await chooseManifest(session, cache, root, platform);
    const config = await readConfig(session, cache, manifest, platform);
    await Promise.all(manifest.layers.map((layer) => pullLayer(session, cache, layer)));
    return {
      imageId: `${reference.registry}/${reference.repository}@${root.digest}`,
      sizeBytes: [descriptor, manifest.config, ...manifest.layers].reduce((sum, { size }) => sum + size, 0),
      layerCount: manifest.layers.length,
      command: commandOf(config),
    };
  } catch (error) {
    throw wrap(failed, error);
  }
}

/** What the tag or digest names, by a HEAD request as container runtimes do it. */
async function resolve(session: RegistrySession, reference: Reference): Promise<Descriptor> {
  const name = reference.digest ?? reference.tag ?? 'latest';
  const answer = await session.open('HEAD', `manifests/${name}`);
  answer.body.resume();
  const digest = reference.digest ?? asString(answer.headers['docker-content-digest']);
  const size = Number(answer.headers['content-length']);
  const mediaType = answer.headers['content-type'] ?? mediaTypes.ociManifest;
  if (digest !== undefined && isDigest(digest) && size > 0) return { mediaType, digest, size };
  // Registries may leave the digest out: then it is made from the bytes.
  const full = await session.open('GET', `manifests/${name}`);
  const bytes = await readBody(full, manifestSizeLimitBytes);
  return { mediaType, digest: reference.digest ?? digestOf(bytes), size: bytes.length };
}

async function chooseManifest(
  session: RegistrySession,
  cache: ContentCache,
  root: Descriptor,
  platform: Platform,
): Promise<{ descriptor: Descriptor; manifest: Manifest }> {
  const parsed = await readManifest(session, cache, root);
  if (parsed.kind === 'manifest') return { descriptor: root, manifest: parsed.manifest };
  const child = parsed.index.manifests.find((each) => each.platform && platformMatches(platform, each.platform));
  const chosen = child === undefined ? undefined : await readManifest(session, cache, child);
  if (child === undefined || chosen?.kind !== 'manifest') throw noMatch(root);
  return { descriptor: child, manifest: chosen.manifest };
}

function noMatch({ digest }: Descriptor): PullError {
  return new PullError(`no match for platform in manifest ${digest}: not found`, 'NotFound');
}

async function readManifest(
  session: RegistrySession,
  cache: ContentCache,
  descriptor: Descriptor,
): Promise<ParsedManifest> {
  const bytes = await readSmall(session, cache, descriptor, 'manifests');
  return parseManifest(bytes, descriptor.mediaType);
}

async function readSmall(
  session: RegistrySession,
  cache: ContentCache,
  descriptor: Descriptor,
  folder: 'manifests' | 'blobs',
): Promise<Uint8Array> {
  const cached = cache.get(descriptor.digest);
  if (cached !== undefined && cached !== 'verified') return cached;
  const answer = await session.open('GET', `${folder}/${descriptor.digest}`).catch(copyFailed);
  const bytes = verifyBytes(await readBody(answer, manifestSizeLimitBytes), descriptor);
  cache.set(descriptor.digest, bytes);
  return bytes;
}

function copyFailed(error: unknown): never {
  throw wrap('failed to copy: httpReadSeeker: failed open', error);
}

/** The config, which must be of the platform where it says one: an image without an index is for one platform too. */
async function readConfig(
  session: RegistrySession,
  cache: ContentCache,
  manifest: Manifest,
  platform: Platform,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readSmall(session, cache, manifest.config, 'blobs');
  const config = asObject(JSON.parse(Buffer.from(bytes).toString())) ?? {};
  const os = asString(config.os);
  const architecture = asString(config.architecture);
  const variant = asString(config.variant);
  if (os === undefined || architecture === undefined) return config;
  const offered = { os, architecture, ...(variant ? { variant } : {}) };
  if (platformMatches(platform, offered)) return config;
  const why = `the image is for ${formatPlatform(offered)}, the node is ${formatPlatform(platform)}`;
  throw new PullError(`no match for platform in manifest ${manifest.config.digest}: not found (${why})`, 'NotFound');
}

async function pullLayer(session: RegistrySession, cache: ContentCache, layer: Descriptor): Promise<void> {
  if (cache.has(layer.digest)) return;
  const answer = await session.open('GET', `blobs/${layer.digest}`).catch(copyFailed);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(answer.body, verifyingStream(layer), nowhere).catch((error: unknown) => {
    throw wrap('failed to copy', error);
  });
  cache.set(layer.digest, 'verified');
}

function commandOf(config: Readonly<Record<string, unknown>>): string[] {
  const run = asObject(config.config);
  return [...asArray(run?.Entrypoint), ...asArray(run?.Cmd)].map(String);
}
