import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { digestOf, isIndexType, manifestMediaTypes } from '@harbor-pilot/oci';
import { readWholeJson } from '../server/go-json.ts';
import { mediaTypeOf } from '../server/media-type.ts';
import { Refusal } from '../server/refusal.ts';
import { isReadable, shapeProblem } from './manifest-shape.ts';

/** What a manifest says about a blob or another manifest. */
export interface Part {
  readonly mediaType: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly platform: unknown;
  readonly annotations: unknown;
  readonly urls: unknown;
}

/** A manifest as it was pushed. */
export interface PushedManifest {
  readonly mediaType: string;
  readonly schemaVersion: number;
  readonly bytes: Buffer;
  readonly digest: string;
  readonly config: Part | undefined;
  readonly layers: readonly Part[];
  /** The manifests of an index. */
  readonly children: readonly Part[];
  /** Digest of the subject, as it was sent. */
  readonly subject: string | undefined;
  /** The type it names, otherwise its configuration's; empty for an index that names none. */
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether Harbor can read what the registry does not look at. */
  readonly isReadable: boolean;
}

const unreadable = (reason: string): Refusal =>
  new Refusal(400, [{ code: 'MANIFEST_INVALID', message: `unmarshal manifest failed: ${reason}` }]);

/**
 * Reads a manifest of the given content type.
 * @throws Refusal 400 when it is none.
 */
export function readManifest(bytes: Buffer, contentType: string): PushedManifest {
  const mediaType = mediaTypeOf(contentType) ?? '';
  const isKnown = manifestMediaTypes.includes(mediaType);
  const json = parse(bytes, isKnown ? '' : 'error unmarshalling content: ');
  if (!isKnown) throw unreadable('missing signature key');
  const problem = shapeProblem(json, mediaType);
  if (problem !== undefined) throw unreadable(problem);
  const isIndex = isIndexType(mediaType);
  const config = isIndex ? undefined : partOf(json.config);
  const subject = asObject(json.subject);
  return {
    mediaType,
    schemaVersion: asNumber(json.schemaVersion) ?? 0,
    bytes,
    digest: digestOf(bytes),
    config,
    layers: isIndex ? [] : asArray(json.layers).map(partOf),
    children: isIndex ? asArray(json.manifests).map(partOf) : [],
    subject: subject && (asString(subject.digest) ?? ''),
    artifactType: asString(json.artifactType) || (config?.mediaType ?? ''),
    annotations: textsOf(json.annotations),
    isReadable: isReadable(json),
  };
}

/** @param context what comes before the reason when it cannot be read. */
function parse(bytes: Buffer, context: string): Readonly<Record<string, unknown>> {
  try {
    const json = asObject(readWholeJson(bytes) ?? {});
    if (json !== undefined) return json;
  } catch (error) {
    throw unreadable(`${context}${(error as Error).message}`);
  }
  throw unreadable(`${context}it is no object`);
}

function partOf(value: unknown): Part {
  const part = asObject(value) ?? {};
  return {
    mediaType: asString(part.mediaType) ?? '',
    digest: asString(part.digest) ?? '',
    sizeBytes: asNumber(part.size) ?? 0,
    platform: part.platform,
    annotations: part.annotations,
    urls: part.urls,
  };
}

function textsOf(value: unknown): Record<string, string> {
  const texts = Object.entries(asObject(value) ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}
