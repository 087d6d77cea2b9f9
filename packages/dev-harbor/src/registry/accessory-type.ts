import type { VersionTraits } from '../version.ts';
import type { PushedManifest } from './manifest.ts';
import { partsOf } from './manifest-parts.ts';

/** Types of accessories by artifact type, beside cosign's (Harbor's subject middleware); all others are `subject.accessory`. */
const types: ReadonlyMap<string, string> = new Map([
  ['application/vnd.cncf.notary.signature', 'signature.notation'],
  ['application/vnd.goharbor.harbor.sbom.v1', 'sbom.harbor'],
]);

const simpleSigning = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** What a manifest is about and in which role; undefined when it is about nothing. */
export function accessoryOf(
  manifest: PushedManifest,
  tag: string | undefined,
  version: VersionTraits,
): { readonly subject: string; readonly type: string } | undefined {
  const { subject, artifactType } = manifest;
  if (subject !== undefined) {
    if (version.cosignTypes.includes(artifactType)) return { subject, type: 'signature.cosign' };
    return { subject, type: types.get(artifactType) ?? 'subject.accessory' };
  }
  const [, digest] = /^sha256-([a-f0-9]{64}).sig$/.exec(tag ?? '') ?? [];
  const isSignature = partsOf(manifest).some(({ mediaType }) => mediaType === simpleSigning);
  return digest !== undefined && isSignature ? { subject: `sha256:${digest}`, type: 'signature.cosign' } : undefined;
}

/** Whether accessories of this type are signatures in Harbor's eyes; nothing about them is verified. */
export const isSignatureType = (type: string): boolean => type.startsWith('signature.');
