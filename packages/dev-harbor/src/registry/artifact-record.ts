import { asObject, asString, PilotError } from '@harbor-pilot/core';
import { isIndexType } from '@harbor-pilot/oci';
import { type Harbor, timeOf } from '../harbor.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Project } from '../store/projects.ts';
import { accessoryOf } from './accessory-type.ts';
import { imageConfigTypes, isReadAsImage, type PushedManifest } from './manifest.ts';

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
  const attributes = await attributesOf(harbor, manifest);
  return harbor.database.transaction(() => {
    const now = timeOf(harbor);
    const repository = harbor.repositories.ensure(project.id, repositoryName, now);
    harbor.contents.putManifest(manifest.digest, manifest);
    const blobs = [
      manifest.digest,
      ...(manifest.config ? [manifest.config.digest] : []),
      ...manifest.layers.map((layer) => layer.digest),
    ];
    for (const digest of blobs) harbor.quotas.count(project.id, digest);
    const known = harbor.artifacts.byDigest(repository.id, manifest.digest);
    const id = known?.id ?? createArtifact(harbor, repository.id, manifest, blobs, attributes, now);
    if (tag !== undefined) harbor.tags.put(repository.id, id, tag, now);
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
  blobs: readonly string[],
  attributes: Readonly<Record<string, unknown>>,
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
      type: typeOf(manifest),
      mediaType: manifest.config?.mediaType ?? manifest.mediaType,
      manifestMediaType: manifest.mediaType,
      artifactType: manifest.artifactType,
      sizeBytes: manifest.bytes.length + partBytes + childBytes,
      annotations: manifest.annotations,
      attributes,
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

/** Harbor's name for what a manifest is: images and indexes, otherwise read from the configuration's media type. */
function typeOf(manifest: PushedManifest): string {
  const config = manifest.config?.mediaType ?? '';
  if (isIndexType(manifest.mediaType) || imageConfigTypes.includes(config)) return 'IMAGE';
  return /^application\/vnd\.[^.]*\.(.*)\.config\.[^.]*$/.exec(config)?.[1]?.toUpperCase() ?? 'UNKNOWN';
}

const executionFields = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Volumes',
  'WorkingDir',
  'Labels',
  'StopSignal',
  'ArgsEscaped',
];

/** What Harbor shows of an image's configuration. */
async function attributesOf(harbor: Stores, manifest: PushedManifest): Promise<Record<string, unknown>> {
  if (manifest.config === undefined || !imageConfigTypes.includes(manifest.config.mediaType)) return {};
  const bytes = await harbor.blobFiles.readAll(manifest.config.digest);
  const config = parse(bytes?.toString() ?? '') ?? {};
  if (!isReadAsImage(harbor.version, manifest.config.mediaType, manifest.artifactType)) return config;
  return {
    architecture: asString(config.architecture) ?? '',
    author: asString(config.author) ?? '',
    config: executionOf(asObject(config.config) ?? {}),
    created: asString(config.created) ?? null,
    os: asString(config.os) ?? '',
  };
}

/** The fields of an image's `config` (OCI image spec 1.1, config.md) that say something; Harbor drops all others. */
function executionOf(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = executionFields.filter((field) => {
    const value = config[field];
    return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
  });
  return Object.fromEntries(known.map((field) => [field, config[field]]));
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
