import { contentOf, type Digest, emptyContent, formatManifest, mediaTypes } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';

/** Attaches an SBOM to an image of a registry, as Harbor's scanner does, and gives its digest. */
export async function attachSbom(registry: Registry, repository: string, digest: Digest): Promise<Digest> {
  const subject = await registry.resolve(repository, digest);
  const sbom = contentOf('application/spdx+json', '{"spdxVersion":"SPDX-2.3"}');
  const config = contentOf('application/vnd.goharbor.harbor.sbom.v1', '{}');
  for (const { descriptor, bytes } of [sbom, config, emptyContent]) {
    await registry.pushBlob(repository, {
      descriptor,
      open: async () => (await import('node:stream')).Readable.from([bytes]),
    });
  }
  const manifest = formatManifest({
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: [sbom.descriptor],
    subject,
  });
  return (await registry.pushReferrer(repository, manifest)).digest;
}

/** What an image has attached to it, by the referrers API, sorted. */
export async function attachedTo(registry: Registry, repository: string, digest: Digest): Promise<readonly Digest[]> {
  return (await Array.fromAsync(registry.listReferrers(repository, digest))).map((one) => one.digest).sort();
}
