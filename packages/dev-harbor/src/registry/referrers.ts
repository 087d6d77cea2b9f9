import { mediaTypes } from '@harbor-pilot/oci';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest } from '../server/refusal.ts';
import type { Accessory } from '../store/accessories.ts';
import { explainDigest } from './target.ts';

/** Lists what refers to a digest, in one page; `artifactType` filters the list but not its count. */
export function listReferrers(harbor: Harbor, exchange: Exchange, repositoryName: string, subject: string): void {
  const problem = explainDigest(subject);
  if (problem !== undefined) throw badRequest(problem);
  const repository = harbor.repositories.byName(repositoryName);
  const all =
    repository === undefined
      ? []
      : harbor.accessories.about(repository.id, subject).flatMap((one) => describe(harbor, one));
  // Harbor takes an empty type for none.
  const wanted = exchange.query.get('artifactType') || undefined;
  const manifests = wanted === undefined ? all : all.filter(({ artifactType }) => artifactType === wanted);
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  exchange.send(200, JSON.stringify(index), {
    'Content-Type': mediaTypes.ociIndex,
    'X-Total-Count': all.length,
    ...(wanted === undefined ? {} : { 'Oci-Filters-Applied': 'artifactType' }),
  });
}

function describe(harbor: Harbor, accessory: Accessory) {
  const artifact = harbor.artifacts.byId(accessory.artifactId);
  if (artifact === undefined) return [];
  return [
    {
      mediaType: artifact.manifestMediaType,
      size: harbor.contents.sizeOf(artifact.digest) ?? 0,
      digest: artifact.digest,
      ...(Object.keys(artifact.annotations).length === 0 ? {} : { annotations: artifact.annotations }),
      ...(artifact.artifactType === '' ? {} : { artifactType: artifact.artifactType }),
    },
  ];
}
