import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { digestOf, isIndexType, manifestMediaTypes } from '@harbor-pilot/oci';
import { Refusal } from '../server/refusal.ts';
import { digestInvalid, manifestBlobUnknown, registryFault } from './faults.ts';
import { digestProblem } from './target.ts';

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
  readonly bytes: Buffer;
  readonly digest: string;
  readonly config: Part | undefined;
  readonly layers: readonly Part[];
  /** The manifests of an index. */
  readonly children: readonly Part[];
  /** Digest of the subject. */
  readonly subject: string | undefined;
  /** The type it names, otherwise its configuration's; empty for an index that names none. */
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const unreadable = (reason: string): Refusal =>
  new Refusal(400, [{ code: 'MANIFEST_INVALID', message: `unmarshal manifest failed: ${reason}` }]);

/**
 * Reads a manifest of the given media type.
 * @throws Refusal 400 when it is none, 500 for one of no known schema version.
 */
export function readManifest(bytes: Buffer, mediaType: string): PushedManifest {
  if (!manifestMediaTypes.includes(mediaType)) throw unreadable('missing signature key');
  const json = parse(bytes);
  const named = asString(json.mediaType);
  if (named !== undefined && named !== '' && named !== mediaType) {
    throw unreadable(`mediaType in manifest should be '${mediaType}' not '${named}'`);
  }
  if (json.schemaVersion !== 2) {
    throw registryFault(500, {
      code: 'UNKNOWN',
      message: 'unknown error',
      detail: 'unrecognized manifest schema version',
    });
  }
  const isIndex = isIndexType(mediaType);
  const config = isIndex ? undefined : partOf(json.config);
  const subject = asString(asObject(json.subject)?.digest);
  return {
    mediaType,
    bytes,
    digest: digestOf(bytes),
    config,
    layers: isIndex ? [] : asArray(json.layers).map(partOf),
    children: isIndex ? asArray(json.manifests).map(partOf) : [],
    subject: subject !== undefined && digestProblem(subject) === undefined ? subject : undefined,
    artifactType: asString(json.artifactType) || (config?.mediaType ?? ''),
    annotations: textsOf(json.annotations),
  };
}

/**
 * Refuses a manifest with a part that the repository does not have, naming every one.
 * @throws Refusal 400.
 */
export function requireParts(manifest: PushedManifest, has: (digest: string) => boolean): void {
  const parts = [...(manifest.config === undefined ? [] : [manifest.config]), ...manifest.layers, ...manifest.children];
  const faults = parts.flatMap(({ digest }) => {
    if (digest === '') return [digestInvalid, manifestBlobUnknown(digest)];
    return has(digest) ? [] : [manifestBlobUnknown(digest)];
  });
  if (faults.length > 0) throw registryFault(400, ...faults);
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const json = asObject(JSON.parse(bytes.toString()));
    if (json !== undefined) return json;
  } catch (error) {
    throw unreadable(String(error));
  }
  throw unreadable('it is no object');
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
