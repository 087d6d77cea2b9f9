import { asObject, asString, PilotError } from '@harbor-pilot/core';
import { type Harbor, timeOf } from '../harbor.ts';
import { internalError } from '../server/refusal.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import { accessoryOf } from './accessory-type.ts';
import { type ArtifactKind, kindOf } from './artifact-kind.ts';
import { imageAttributesOf } from './image-config.ts';
import type { PushedManifest } from './manifest.ts';
import { touchRepository } from './touch.ts';

type Stores = Pick<
  Harbor,
  | 'version'
  | 'clock'
  | 'database'
  | 'repositories'
  | 'artifacts'
  | 'tags'
  | 'accessories'
  | 'quotas'
  | 'contents'
  | 'blobFiles'
>;

/**
 * Makes a manifest whose parts are there an artifact of a repository, with its tag, its children and, when it is about
 * something else, as an accessory. Does nothing twice.
 */
export async function recordArtifact(
  harbor: Stores,
  project: Project,
  repositoryName: string,
  manifest: PushedManifest,
  tag: string | undefined,
): Promise<{ artifact: Artifact; isNew: boolean }> {
  const mediaType = mediaTypeOf(manifest);
  const kind = kindOf(harbor.version, mediaType, manifest.artifactType);
  const attributes = await attributesOf(harbor, repositoryName, manifest, kind);
  return harbor.database.transaction(() => {
    const now = timeOf(harbor);
    const repository = harbor.repositories.ensure(project.id, repositoryName, now);
    harbor.contents.putManifest(repositoryName, manifest.digest, manifest);
    const blobs = [
      manifest.digest,
      ...(manifest.config ? [manifest.config.digest] : []),
      ...manifest.layers.map((layer) => layer.digest),
    ];
    for (const digest of blobs) harbor.quotas.count(project.id, digest);
    const known = harbor.artifacts.byDigest(repository.id, manifest.digest);
    const id =
      known?.id ??
      createArtifact(harbor, repository.id, manifest, { mediaType, type: kind.type, attributes }, blobs, now);
    const isTagged = tag !== undefined && harbor.tags.put(repository.id, id, tag, now);
    if (known === undefined || isTagged) touchRepository(harbor, repository.id);
    const accessory = accessoryOf(manifest, tag, harbor.version);
    if (accessory !== undefined) {
      harbor.accessories.put({ artifactId: id, repositoryId: repository.id, ...accessory, createdAt: now });
    }
    const artifact = harbor.artifacts.byId(id);
    if (artifact === undefined) throw new PilotError('INTERNAL', `artifact ${id} was not stored`);
    return { artifact, isNew: known === undefined };
  });
}

function createArtifact(
  harbor: Stores,
  repositoryId: number,
  manifest: PushedManifest,
  reading: Pick<Artifact, 'mediaType' | 'type' | 'attributes'>,
  blobs: readonly string[],
  now: string,
): number {
  const children = manifest.children.map((part) => ({
    part,
    child: harbor.artifacts.byDigest(repositoryId, part.digest),
  }));
  const partBytes = [manifest.config, ...manifest.layers].reduce((sum, part) => sum + (part?.sizeBytes ?? 0), 0);
  const childBytes = children.reduce((sum, { child }) => sum + (child?.sizeBytes ?? 0), 0);
  const id = harbor.artifacts.create(
    {
      repositoryId,
      digest: manifest.digest,
      ...reading,
      manifestMediaType: manifest.mediaType,
      artifactType: manifest.artifactType,
      sizeBytes: manifest.bytes.length + partBytes + childBytes,
      annotations: manifest.annotations,
      subject: manifest.subject ?? null,
      pushedAt: now,
    },
    blobs,
  );
  for (const { part, child } of children) {
    if (child === undefined) continue;
    const { platform, annotations, urls } = part;
    harbor.artifacts.addChild({ parentId: id, childId: child.id, platform, annotations, urls });
  }
  return id;
}

/** A manifest goes by the type of its configuration, unless annotations make it something else (CNAB bundles, WebAssembly). */
function mediaTypeOf({ mediaType, config, annotations }: PushedManifest): string {
  if (config === undefined) return annotations['org.opencontainers.artifactType'] || mediaType;
  const isWasm = annotations['module.wasm.image/variant'] === 'compat' || annotations['run.oci.handler'] === 'wasm';
  return isWasm ? wasmConfigType : config.mediaType;
}

type Attributes = Artifact['attributes'];

const wasmConfigType = 'application/vnd.wasm.config.v1+json';

/**
 * What Harbor shows of an artifact's configuration.
 * @throws Refusal 500 for a configuration that it wants to read and cannot.
 */
async function attributesOf(
  harbor: Stores,
  repository: string,
  manifest: PushedManifest,
  kind: ArtifactKind,
): Promise<Attributes> {
  if (manifest.config === undefined || kind.attributes === 'none') return {};
  if (kind.attributes === 'wasm' && manifest.config.mediaType === wasmConfigType) return wasmAttributesOf(manifest);
  const digest = harbor.contents.resolve(repository, manifest.config.digest);
  const bytes = digest === undefined ? undefined : await harbor.blobFiles.readAll(digest);
  const config = manifest.config.sizeBytes === 0 ? {} : parse(bytes?.toString() ?? '');
  // Harbor has taken the manifest by now, and forgets it again.
  if (config === undefined) throw internalError();
  if (kind.attributes === 'whole') return config;
  const origin = kind.attributes === 'wasm' ? { 'manifest.config.mediaType': manifest.config.mediaType } : {};
  return { ...origin, ...imageAttributesOf(config) };
}

function wasmAttributesOf({ layers }: PushedManifest): Attributes {
  const [layer] = layers;
  const origin = { 'manifest.config.mediaType': wasmConfigType };
  if (layer === undefined) return origin;
  return {
    ...origin,
    'manifest.layers.mediaType': layer.mediaType,
    'org.opencontainers.image.title': asString(asObject(layer.annotations)?.['org.opencontainers.image.title']) ?? '',
  };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text) ?? {});
  } catch {
    return undefined;
  }
}
