import { asArray, asNumber, asObject, asString, PilotError } from '@harbor-pilot/core';
import { type Digest, digestOf, parseDigest } from './digest.ts';
import { isIndexType, isNondistributable, mediaTypes } from './media-types.ts';
import type { Platform } from './platform.ts';

/** Type, digest and size in bytes of some content (OCI image spec 1.1.1, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly platform?: Platform;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Where else it can be had. */
  readonly urls?: readonly string[];
}

/** One image or artifact (OCI image spec 1.1.1, manifest.md). */
export interface Manifest {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A list of manifests (OCI image spec 1.1.1, image-index.md). */
export interface Index {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Parsed content of a manifest or of an index. */
export type ParsedManifest =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'index'; readonly index: Index };

/** Larger manifests are refused, as registries do (distribution spec 1.1.1 asks for at least 4 MiB). */
export const manifestSizeLimitBytes: number = 4 * 1024 * 1024;

/**
 * Reads the bytes of a manifest or an index; absent fields take the values that the media type implies.
 * @param mediaType type that the registry gave; the document's own type wins.
 * @throws PilotError CONTENT_HOSTILE when it is too large or not a manifest.
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): ParsedManifest {
  if (bytes.length > manifestSizeLimitBytes) throw hostile(`it is larger than ${manifestSizeLimitBytes} bytes`);
  const document = parseJson(bytes);
  const type = asString(document.mediaType) ?? mediaType;
  if (isIndexType(type)) {
    return {
      kind: 'index',
      index: { mediaType: type, manifests: descriptors(document.manifests), ...common(document) },
    };
  }
  return {
    kind: 'manifest',
    manifest: {
      mediaType: type,
      config: parseDescriptor(document.config),
      layers: descriptors(document.layers),
      ...common(document),
    },
  };
}

function parseJson(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const document = asObject(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    if (document !== undefined) return document;
  } catch (error) {
    throw hostile('it is not JSON', error);
  }
  throw hostile('it is not a JSON object');
}

function common(
  document: Readonly<Record<string, unknown>>,
): Pick<Manifest, 'artifactType' | 'subject' | 'annotations'> {
  const artifactType = asString(document.artifactType);
  const subject = asObject(document.subject);
  const annotations = parseAnnotations(document.annotations);
  return {
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(subject === undefined ? {} : { subject: parseDescriptor(subject) }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function descriptors(value: unknown): Descriptor[] {
  return asArray(value).map(parseDescriptor);
}

/**
 * Reads one descriptor.
 * @throws PilotError CONTENT_HOSTILE when a field is missing or has another type.
 */
export function parseDescriptor(value: unknown): Descriptor {
  const object = asObject(value);
  const mediaType = asString(object?.mediaType);
  const digest = asString(object?.digest);
  const size = asNumber(object?.size);
  if (object === undefined || mediaType === undefined || digest === undefined || size === undefined || size < 0) {
    throw hostile('a descriptor in it has no media type, digest or size');
  }
  const platform = parseManifestPlatform(object.platform);
  const artifactType = asString(object.artifactType);
  const annotations = parseAnnotations(object.annotations);
  const urls = asArray(object.urls).filter((url) => typeof url === 'string');
  return {
    mediaType,
    digest: parseDigest(digest),
    size,
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(urls.length === 0 ? {} : { urls }),
  };
}

/** Each of some descriptors once. */
export function distinct(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
}

/**
 * The blobs that a registry keeps for a manifest: not the layers that may not be passed on and are fetched from elsewhere,
 * as images of Windows have them (OCI image spec 1.1.1, layer.md, "Non-Distributable Layers").
 */
export function blobsOf({ config, layers }: Manifest): readonly Descriptor[] {
  return [config, ...layers.filter(({ mediaType, urls }) => urls === undefined || !isNondistributable(mediaType))];
}

function parseManifestPlatform(value: unknown): Platform | undefined {
  const object = asObject(value);
  const os = asString(object?.os);
  const architecture = asString(object?.architecture);
  const variant = asString(object?.variant);
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function parseAnnotations(value: unknown): Readonly<Record<string, string>> | undefined {
  const object = asObject(value);
  if (object === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Content in memory together with its descriptor. */
export interface Content {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Bytes with the descriptor that names them. */
export function contentOf(mediaType: string, bytes: Uint8Array | string): Content {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return { descriptor: { mediaType, digest: digestOf(buffer), size: buffer.length }, bytes: buffer };
}

/** Writes a manifest in the order of fields that the specification shows, so that equal manifests have equal digests. */
export function formatManifest(manifest: Manifest): Content {
  const { mediaType, artifactType, config, layers, subject, annotations } = manifest;
  return contentOf(
    mediaType,
    JSON.stringify({ schemaVersion: 2, mediaType, artifactType, config, layers, subject, annotations }),
  );
}

/** Writes an index in the order of fields that the specification shows. */
export function formatIndex(index: Index): Content {
  const { mediaType, artifactType, manifests, subject, annotations } = index;
  return contentOf(
    mediaType,
    JSON.stringify({ schemaVersion: 2, mediaType, artifactType, manifests, subject, annotations }),
  );
}

/** The two bytes `{}` that stand for "no config" in an artifact (OCI image spec 1.1.1, "Guidance for an empty descriptor"). */
export const emptyContent: Content = contentOf(mediaTypes.ociEmpty, '{}');

function hostile(why: string, cause?: unknown): PilotError {
  return new PilotError('CONTENT_HOSTILE', `the manifest cannot be used: ${why}`, {
    cause,
    hint: 'Look at what pushed it: it is not a manifest of the OCI image specification.',
  });
}
