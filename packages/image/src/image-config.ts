import { asArray, asObject, asString, formatTimestamp } from '@harbor-pilot/core';
import { type Content, contentOf, type Digest, isDigest, mediaTypes, type Platform } from '@harbor-pilot/oci';
import type { Healthcheck } from './command.ts';
import { hostile } from './tree.ts';

/** What a container of the image runs with; field names as in the config (OCI image spec 1.1.1, config.md; Docker image spec 1.3). */
export interface RuntimeConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  readonly Healthcheck?: Healthcheck;
  readonly OnBuild?: readonly string[];
  readonly Shell?: readonly string[];
}

/** One line of an image's history. */
export interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

/** The config of an image. */
export interface ImageConfig {
  readonly platform: Platform & { readonly osVersion?: string };
  readonly author?: string;
  readonly runtime: RuntimeConfig;
  /** Digests of the uncompressed layers. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
}

/** The search path that Docker gives to images made from scratch. */
const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runtime config of `FROM scratch`. */
export const scratchRuntime: RuntimeConfig = { Env: [defaultPath], WorkingDir: '/' };

/**
 * Reads the config of a base image; fields we do not know are left out.
 * @param fallback platform of an image that does not say its own.
 * @throws PilotError CONTENT_HOSTILE when it is not JSON or names layers by something else than digests.
 */
export function parseImageConfig(bytes: Uint8Array, fallback: Platform): ImageConfig {
  const document = asObject(parseJson(bytes));
  const variant = asString(document?.variant);
  const osVersion = asString(document?.['os.version']);
  const author = asString(document?.author);
  return {
    platform: {
      os: asString(document?.os) || fallback.os,
      architecture: asString(document?.architecture) || fallback.architecture,
      ...(variant ? { variant } : {}),
      ...(osVersion ? { osVersion } : {}),
    },
    ...(author ? { author } : {}),
    runtime: parseRuntime(document?.config),
    diffIds: texts(asObject(document?.rootfs)?.diff_ids).map(toDiffId),
    history: asArray(document?.history).map((entry) => (asObject(entry) ?? {}) as HistoryEntry),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw hostile('the config of the base image is not JSON');
  }
}

function toDiffId(text: string): Digest {
  if (isDigest(text)) return text;
  throw hostile(`the config of the base image has "${text}" where the digest of a layer belongs`);
}

const textFields = ['User', 'WorkingDir', 'StopSignal'] as const;
const listFields = ['Env', 'Entrypoint', 'Cmd', 'OnBuild', 'Shell'] as const;
const objectFields = ['ExposedPorts', 'Volumes', 'Labels', 'Healthcheck'] as const;

function parseRuntime(value: unknown): RuntimeConfig {
  const object = asObject(value) ?? {};
  const found: [string, unknown][] = [];
  for (const field of textFields) if (asString(object[field])) found.push([field, object[field]]);
  for (const field of listFields) if (Array.isArray(object[field])) found.push([field, texts(object[field])]);
  for (const field of objectFields) if (asObject(object[field])) found.push([field, object[field]]);
  return Object.fromEntries(found) as RuntimeConfig;
}

function texts(value: unknown): string[] {
  return asArray(value).flatMap((item) => asString(item) ?? []);
}

/** Writes a config; fields and the names in its maps are in a fixed order. */
export function formatImageConfig(config: ImageConfig, created: Date): Content {
  const { platform, author, runtime } = config;
  const document = {
    created: formatTimestamp(created),
    author,
    architecture: platform.architecture,
    variant: platform.variant,
    os: platform.os,
    'os.version': platform.osVersion,
    config: {
      User: runtime.User,
      ExposedPorts: sorted(runtime.ExposedPorts),
      Env: runtime.Env,
      Entrypoint: runtime.Entrypoint,
      Cmd: runtime.Cmd,
      Volumes: sorted(runtime.Volumes),
      WorkingDir: runtime.WorkingDir,
      Labels: sorted(runtime.Labels),
      StopSignal: runtime.StopSignal,
      Healthcheck: runtime.Healthcheck,
      OnBuild: runtime.OnBuild,
      Shell: runtime.Shell,
    },
    rootfs: { type: 'layers', diff_ids: config.diffIds },
    history: config.history,
  };
  return contentOf(mediaTypes.ociConfig, JSON.stringify(document));
}

function sorted<Value>(map: Readonly<Record<string, Value>> | undefined): Record<string, Value> | undefined {
  if (map === undefined || Object.keys(map).length === 0) return undefined;
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
