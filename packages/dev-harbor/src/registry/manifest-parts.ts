import { asArray } from '@harbor-pilot/core';
import { isIndexType, mediaTypes } from '@harbor-pilot/oci';
import type { Fault } from '../server/refusal.ts';
import { digestInvalid, manifestBlobUnknown, registryFault } from './faults.ts';
import type { Part, PushedManifest } from './manifest.ts';
import { digestProblem } from './target.ts';

/** A layer that is only to be had elsewhere; it does not count against quotas. */
export const dockerForeignLayer = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';

const unknown: Fault = { code: 'UNKNOWN', message: 'unknown error' };
const ociLayer = /^application\/vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip)?$/;

/** Everything that a manifest refers to. */
export function partsOf({ config, layers, children }: PushedManifest): readonly Part[] {
  return [...(config === undefined ? [] : [config]), ...layers, ...children];
}

/**
 * Refuses a manifest of another schema version, and one with parts that the repository does not have, naming each of them
 * (distribution 2.8.2, registry/storage/*manifesthandler.go).
 * @throws Refusal 400, or 500 for what the registry has no words for.
 */
export function requireParts(manifest: PushedManifest, has: (digest: string) => boolean): void {
  if (manifest.schemaVersion !== 2) throw registryFault(500, { ...unknown, detail: {} });
  const faults = partsOf(manifest).flatMap((part) => {
    const problem = problemOf(part, manifest.mediaType, has);
    const unsaid =
      problem === 'digest' ? [digestInvalid] : problem === 'other' ? [unknown, { ...unknown, detail: {} }] : [];
    return problem === undefined ? [] : [...unsaid, manifestBlobUnknown(part.digest)];
  });
  if (faults.length > 0) throw registryFault(faults[0]?.code === 'UNKNOWN' ? 500 : 400, ...faults);
}

/** What is wrong with a part. What can be had elsewhere need not be in the repository. */
function problemOf(
  part: Part,
  manifestType: string,
  has: (digest: string) => boolean,
): 'digest' | 'missing' | 'other' | undefined {
  const addresses = isIndexType(manifestType) ? [] : asArray(part.urls);
  const isForeign = manifestType === mediaTypes.dockerManifest && part.mediaType === dockerForeignLayer;
  if (addresses.length > 0) {
    const isLayer = isForeign || (manifestType === mediaTypes.ociManifest && ociLayer.test(part.mediaType));
    return isLayer && !addresses.every(isWebAddress) ? 'other' : undefined;
  }
  if (isForeign) return 'other';
  const problem = digestProblem(part.digest);
  if (problem !== undefined) return problem === 'format' ? 'digest' : 'other';
  return has(part.digest) ? undefined : 'missing';
}

function isWebAddress(address: unknown): boolean {
  return /^https?:/i.test(String(address)) && URL.canParse(String(address)) && new URL(String(address)).hash === '';
}
