import { isDeepStrictEqual } from 'node:util';
import { PilotError, unless } from '@harbor-pilot/core';
import {
  type Content,
  contentOf,
  type Descriptor,
  type Digest,
  formatManifest,
  isDigest,
  type Manifest,
  manifestSizeLimitBytes,
  mediaTypes,
  parseManifest,
} from '@harbor-pilot/oci';
import { pushContent } from './push-content.ts';
import type { Registry } from './types.ts';

/** What cosign's classic form keeps under tags of its own (its "Signature Specification"): signatures, attestations, bills of materials. */
export const classicSuffixes = ['sig', 'att', 'sbom'] as const;

/** One of them. */
export type ClassicSuffix = (typeof classicSuffixes)[number];

/** The tag under which cosign's classic form keeps something about a digest. */
export function classicTag(digest: Digest, suffix: ClassicSuffix): string {
  return `${digest.replace(':', '-')}.${suffix}`;
}

/** What a tag that {@link classicTag} made is about; undefined for any other tag. */
export function parseClassicTag(tag: string): { readonly digest: Digest; readonly suffix: ClassicSuffix } | undefined {
  const [name, suffix] = tag.split('.', 2);
  const digest = name?.replace('-', ':') ?? '';
  const known = classicSuffixes.find((one) => one === suffix);
  return known !== undefined && isDigest(digest) && tag === classicTag(digest, known)
    ? { digest, suffix: known }
    : undefined;
}

/** cosign 3 reads as many layers at most. */
const layerLimit = 1000;
const attempts = 5;

/**
 * Reads a manifest under a tag of cosign's classic form: each of its layers is a signature, or an attestation.
 * @throws PilotError CONTENT_HOSTILE when it is none.
 */
export function classicManifest({ bytes, descriptor }: Content): Manifest {
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'manifest' && parsed.manifest.layers.length <= layerLimit) return parsed.manifest;
  throw new PilotError('CONTENT_HOSTILE', `${descriptor.digest} is not a signature manifest of cosign`, {
    hint: `Look at what pushed it: it is an index, or has more than ${layerLimit} signatures.`,
  });
}

/** Layers under a tag of the classic form. */
interface HeldLayers {
  /** Of the manifest that holds them. */
  readonly digest: Digest;
  /** Whether the tag had to be set for them; other jobs that set it at the same moment may still lose them. */
  readonly isTagSet: boolean;
}

/**
 * Adds layers to those under a tag of the classic form, which stay; does nothing when they are there. The tag is read again
 * after it was set: another job may have set it at the same time, and lost these layers.
 * @param layers with their annotations; their blobs are there already.
 * @throws PilotError TAG_IMMUTABLE when a rule keeps them from being added; STATE_CONFLICT when others change that tag all
 *   the time; CONTENT_TOO_LARGE when there are so many that with one more nobody would read them.
 */
export async function addToClassicTag(
  registry: Registry,
  repository: string,
  tag: string,
  layers: readonly Descriptor[],
  signal?: AbortSignal,
): Promise<HeldLayers> {
  for (let attempt = 0; attempt <= attempts; attempt += 1) {
    signal?.throwIfAborted();
    const existing = await unless(['REFERENCE_NOT_FOUND'], registry.fetchManifest(repository, tag));
    const before = existing === undefined ? undefined : classicManifest(existing);
    const missing = layers.filter((layer) => !before?.layers.some((one) => isSame(one, layer)));
    if (existing !== undefined && missing.length === 0) {
      return { digest: existing.descriptor.digest, isTagSet: attempt > 0 };
    }
    if (attempt === attempts) break;
    const { manifest, config, count } = withLayers(before, missing);
    if (count > layerLimit || manifest.bytes.length > manifestSizeLimitBytes) throw full(registry, repository, tag);
    await pushContent(registry, repository, config, { signal });
    await unless(['TAG_MOVED'], registry.pushManifest(repository, manifest, tag)).catch(explainImmutable);
  }
  throw new PilotError('STATE_CONFLICT', `${registry.host}/${repository}:${tag} does not keep the new signature`, {
    hint: 'Others change this tag all the time. Try again when no other job signs the same image.',
  });
}

/** Two signers may sign the same payload; the signatures are in the annotations. */
function isSame(one: Descriptor, other: Descriptor): boolean {
  return one.digest === other.digest && isDeepStrictEqual(one.annotations ?? {}, other.annotations ?? {});
}

function withLayers(before: Manifest | undefined, more: readonly Descriptor[]) {
  const layers = [...(before?.layers ?? []), ...more];
  const config = configOf(layers);
  const manifest = formatManifest({ ...before, mediaType: mediaTypes.ociManifest, config: config.descriptor, layers });
  return { manifest, config, count: layers.length };
}

/** The config that cosign writes: that of an image whose layers are the payloads. */
function configOf(layers: readonly Descriptor[]): Content {
  const created = '0001-01-01T00:00:00Z';
  return contentOf(
    mediaTypes.ociConfig,
    JSON.stringify({
      architecture: '',
      created,
      history: layers.map(() => ({ created })),
      os: '',
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
      config: {},
    }),
  );
}

function full({ host }: Registry, repository: string, tag: string): PilotError {
  return new PilotError('CONTENT_TOO_LARGE', `${host}/${repository}:${tag} holds as many signatures as can be read`, {
    hint: `Delete the tag when nobody needs them, and sign again; ${layerLimit} fit under it, fewer with certificates. The form "bundle" needs no tag.`,
  });
}

function explainImmutable(error: unknown): never {
  if (!(error instanceof PilotError) || error.code !== 'TAG_IMMUTABLE') throw error;
  throw new PilotError('TAG_IMMUTABLE', error.message, {
    cause: error,
    details: error.details,
    hint: 'Narrow the rule to the tags of releases, `v*` for example, or exclude sha256-* from it (Policy, Tag Immutability). On Harbor 2.15 or later sign in the form "bundle", which needs no tag.',
  });
}
