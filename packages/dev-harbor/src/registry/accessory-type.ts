import type { PushedManifest } from './manifest.ts';

/** Types of accessories by artifact type (Harbor 2.15, subject middleware); all others are `subject.accessory`. */
const types: Readonly<Record<string, string>> = {
  'application/vnd.dev.cosign.artifact.sig.v1+json': 'signature.cosign',
  'application/vnd.dev.sigstore.bundle.v0.3+json': 'signature.cosign',
  'application/vnd.cncf.notary.signature': 'signature.notation',
  'application/vnd.goharbor.harbor.sbom.v1': 'sbom.harbor',
};

/** What a manifest is about and in which role; undefined when it is about nothing. */
export function accessoryOf(
  manifest: PushedManifest,
  tag: string | undefined,
): { readonly subject: string; readonly type: string } | undefined {
  if (manifest.subject !== undefined) {
    return { subject: manifest.subject, type: types[manifest.artifactType] ?? 'subject.accessory' };
  }
  const classic = /^sha256-([a-f0-9]{64})\.sig$/.exec(tag ?? '');
  return classic === null ? undefined : { subject: `sha256:${classic[1]}`, type: 'signature.cosign' };
}

/** Whether accessories of this type are signatures in Harbor's eyes; nothing about them is verified. */
export const isSignatureType = (type: string): boolean => type.startsWith('signature.');
