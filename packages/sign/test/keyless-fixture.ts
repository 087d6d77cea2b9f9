import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { contentOf, type Digest, isDigest, mediaTypes, parseManifest } from '@harbor-pilot/oci';
import { exactName, parseTrustRoot, type SignerPolicy } from '../src/index.ts';
import { type MemoryRegistry, memoryRegistry } from './memory-registry.ts';

interface Fixture {
  readonly host: string;
  readonly issuer: string;
  readonly trustedRoot: unknown;
  readonly cases: Readonly<
    Record<'bundle' | 'classic', { digest: string; manifests: readonly string[]; blobs: readonly string[] }>
  >;
}

const file = resolve(import.meta.dirname, '../../../test/fixtures/cosign-keyless.json');
const { host, issuer, trustedRoot, cases } = JSON.parse(readFileSync(file, 'utf8')) as Fixture;

/** Where cosign signed. */
export const repository = 'demo/app';
/** The same with its registry. */
export const reference = `${host}/${repository}`;
/** Who signed, as the certificates say. */
export const workflow = {
  identity: 'https://github.com/shop/app/.github/workflows/release.yml@refs/heads/main',
  issuer,
};
/** After everything was signed. */
export const later = new Date('2026-12-24T00:00:00Z');

/** The image that was signed in a form. */
export function signedDigest(form: 'bundle' | 'classic'): Digest {
  const { digest } = cases[form];
  if (!isDigest(digest)) throw new Error(`${digest} is no digest`);
  return digest;
}

/** A registry with all that cosign pushed for both images: a signature and an attestation each. */
export async function keylessRegistry(): Promise<MemoryRegistry> {
  const registry = memoryRegistry(host);
  for (const { digest, manifests, blobs } of Object.values(cases)) {
    for (const blob of blobs) {
      const { descriptor, bytes } = contentOf('', blob);
      registry.blobs.set(descriptor.digest, bytes);
    }
    for (const text of manifests) {
      const manifest = contentOf(mediaTypes.ociManifest, text);
      const parsed = parseManifest(manifest.bytes, mediaTypes.ociManifest);
      const isReferrer = parsed.kind === 'manifest' && parsed.manifest.subject !== undefined;
      const suffix = text.includes('dsse.envelope') ? 'att' : 'sig';
      await registry.pushManifest(
        repository,
        manifest,
        isReferrer ? undefined : `${digest.replace(':', '-')}.${suffix}`,
      );
    }
  }
  return registry;
}

/** The policy that the workflow is trusted. @param change of the trust root's document. */
export async function workflowPolicy(change: (root: unknown) => unknown = (same) => same): Promise<SignerPolicy> {
  const trustRoot = await parseTrustRoot(JSON.stringify(change(trustedRoot)), 'root.json');
  const { identity, issuer: vouching } = workflow;
  const signer = { kind: 'certificate', identity: exactName(identity), issuer: exactName(vouching) } as const;
  return { signers: [signer], trustRoot, waivers: new Set() };
}
