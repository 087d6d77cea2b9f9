import { mediaTypes } from '@harbor-pilot/oci';
import type { VersionTraits } from '../version.ts';

/** What Harbor knows about one kind of artifacts (src/controller/artifact/processor of Harbor 2.15). */
export interface ArtifactKind {
  /** `IMAGE`, `CHART`… */
  readonly type: string;
  /** What `additions/…` has of it. */
  readonly additions: readonly string[];
  /** What is shown of its configuration. */
  readonly attributes: 'image' | 'whole' | 'wasm' | 'none';
  /** How an addition that is not among them is refused. */
  readonly refusal: (addition: string) => string;
}

const unsupported =
  (owner = '') =>
  (addition: string): string =>
    `addition ${addition} isn't supported${owner}`;

const image: ArtifactKind = {
  type: 'IMAGE',
  additions: ['build_history'],
  attributes: 'image',
  refusal: unsupported(' for IMAGE(manifest version 2)'),
};
const index: ArtifactKind = { type: 'IMAGE', additions: [], attributes: 'none', refusal: unsupported() };

const kinds: ReadonlyMap<string, ArtifactKind> = new Map([
  [mediaTypes.ociConfig, image],
  ['application/vnd.docker.container.image.v1+json', image],
  [mediaTypes.ociIndex, index],
  ['application/vnd.docker.distribution.manifest.list.v2+json', index],
  [
    'application/vnd.cncf.helm.config.v1+json',
    {
      type: 'CHART',
      additions: ['values.yaml', 'readme.md', 'dependencies'],
      attributes: 'whole',
      refusal: unsupported(' for CHART'),
    },
  ],
  [
    'application/vnd.wasm.config.v1+json',
    {
      type: 'WASM',
      additions: ['build_history'],
      attributes: 'wasm',
      refusal: unsupported(' for WASM(manifest version 2)'),
    },
  ],
  ['application/vnd.cnab.manifest.v1', { ...index, type: 'CNAB' }],
  [
    'application/vnd.goharbor.harbor.sbom.v1',
    {
      type: 'SBOM',
      additions: [],
      attributes: 'whole',
      refusal: unsupported(),
    },
  ],
]);

/** Everything else: its type is read from the media type of its configuration, `application/vnd.acme.model.config.v1+json`. */
function unknownKind(mediaType: string): ArtifactKind {
  const word = /^application\/vnd\.[^.]*\.(.*)\.config\.[^.]*\+json$/.exec(mediaType)?.[1]?.toUpperCase();
  const type = word ?? 'UNKNOWN';
  return {
    type,
    additions: [],
    attributes: word === undefined ? 'none' : 'whole',
    refusal: () => `the processor for artifact ${type} not found, cannot get the addition`,
  };
}

/**
 * The kind of an artifact. Early versions look at the media type of its configuration only, later ones first at the type
 * that it names.
 * @param mediaType of the configuration, or of the index.
 */
export function kindOf(version: VersionTraits, mediaType: string, artifactType: string): ArtifactKind {
  const named = version.readsTypedImages ? '' : artifactType;
  return kinds.get(named || mediaType) ?? unknownKind(mediaType);
}

// Harbor's own pictures, by the digests under which it serves them.
const icons: Readonly<Record<string, string>> = {
  IMAGE: 'sha256:0048162a053eef4d4ce3fe7518615bef084403614f8bca43b40ae2e762e11e06',
  CHART: 'sha256:61cf3a178ff0f75bf08a25d96b75cf7355dc197749a9f128ed3ef34b0df05518',
  CNAB: 'sha256:089bdda265c14d8686111402c8ad629e8177a1ceb7dcd0f7f39b6480f623b3bd',
  WASM: 'sha256:badd7693bcaf115be202748241dd0ea6ee3b0524bfab9ac22d1e1c43721afec6',
  SBOM: 'sha256:c19f80c357cd7e90d2a01b9ae3e2eb62ce447a2662bb590a19177d72d550bdae',
};

/** The picture of artifacts of a type, as a digest. */
export function iconOf(type: string): string {
  return icons[type] ?? 'sha256:da834479c923584f4cbcdecc0dac61f32bef1d51e8aae598cf16bd154efab49f';
}
