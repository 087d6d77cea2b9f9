import { formatTimestamp, inParallel } from '@harbor-pilot/core';
import { type Content, contentOf, type Descriptor, emptyContent, formatManifest, mediaTypes } from '@harbor-pilot/oci';
import { pushContent } from '@harbor-pilot/registry';
import type { PushOptions, PushSignature } from './push.ts';
import { bundleMediaType } from './write-bundle.ts';

/** Announces, unsigned, what a bundle is about. */
export const predicateTypeAnnotation = 'dev.sigstore.bundle.predicateType';

/**
 * Makes a bundle a referrer of its subject, as cosign 3.1.3 does with signatures and attestations.
 * @param bundleJson as `signStatement` writes it.
 * @param predicateType of the statement in it.
 */
export function bundleReferrer(
  options: Pick<PushOptions, 'registry' | 'repository' | 'subject' | 'clock' | 'signal'>,
  bundleJson: string,
  predicateType: string,
): PushSignature {
  const { registry, repository, signal } = options;
  const bundle = contentOf(bundleMediaType, bundleJson);
  const manifest = bundleManifest(options, bundle.descriptor, predicateType);
  const pushBlobs = () =>
    inParallel([emptyContent, bundle], (content) =>
      pushContent(registry, repository, content, { signal, isNew: content === bundle }),
    );
  let blobs: Promise<unknown> | undefined;
  return async () => {
    blobs ??= pushBlobs();
    await blobs;
    return registry.pushReferrer(repository, manifest);
  };
}

function bundleManifest(
  { subject, clock }: Pick<PushOptions, 'subject' | 'clock'>,
  bundle: Descriptor,
  predicateType: string,
): Content {
  return formatManifest({
    mediaType: mediaTypes.ociManifest,
    artifactType: bundleMediaType,
    config: emptyContent.descriptor,
    layers: [bundle],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      [predicateTypeAnnotation]: predicateType,
      'org.opencontainers.image.created': formatTimestamp(clock.now()),
    },
  });
}
