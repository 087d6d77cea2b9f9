import type { Harbor, ListedArtifact } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import type { BaseCandidate, BaseImage } from './base-upgrade.ts';

/** Where base images are kept: a project that caches another registry, or any other. */
export interface BasePlace {
  readonly harbor: Harbor;
  readonly project: string;
  readonly repository: string;
  /** The base image now: of the index, or of one platform. */
  readonly digest: Digest;
  /** `linux/arm64`. */
  readonly platform: string;
}

/** What Harbor knows of a base image and of newer ones. */
export interface BaseImages {
  readonly base: BaseImage;
  /** Newest first. */
  readonly candidates: readonly BaseCandidate[];
}

/** Harbor lists so many in one answer. */
const listLimit = 100;
/** So many reports of newer images are read at most. */
const candidateLimit = 10;

/**
 * Reads the report of a base image, and those of the images that were pushed, or cached, after it, as far as Harbor has
 * scanned them. Where the base image is not in the repository, all are newer.
 * @throws PilotError AUTH_DENIED when the account may not list the artifacts, and as any call of Harbor.
 */
export async function readBaseImages(place: BasePlace): Promise<BaseImages> {
  const { harbor, project, repository, digest, platform } = place;
  const reportOf = async ({ images }: ListedArtifact): Promise<BaseCandidate['vulnerabilities'] | undefined> => {
    const image = imageFor(images, platform);
    if (image === undefined) return undefined;
    return (await harbor.vulnerabilities(project, repository, image))?.vulnerabilities;
  };
  const listed = await harbor.recentArtifacts(project, repository, listLimit);
  const present = listed.find((artifact) => isOrHas(artifact, digest));
  const newer = present === undefined ? listed : listed.slice(0, listed.indexOf(present));
  const candidates: BaseCandidate[] = [];
  for (const artifact of newer.slice(0, candidateLimit)) {
    const vulnerabilities = await reportOf(artifact);
    if (vulnerabilities !== undefined) candidates.push({ ...tagged(artifact), vulnerabilities });
  }
  const own = present === undefined ? undefined : await reportOf(present);
  const base = {
    name: `${harbor.host}/${project}/${repository}`,
    ...(present === undefined ? { digest } : tagged(present)),
    ...(own === undefined ? {} : { vulnerabilities: own }),
  };
  return { base, candidates };
}

function tagged({ digest, tags }: ListedArtifact): Pick<BaseCandidate, 'digest' | 'tags'> {
  return { digest, tags };
}

function isOrHas({ digest, images }: ListedArtifact, wanted: Digest): boolean {
  return digest === wanted || [...images.values()].includes(wanted);
}

/** Not all that name a platform name its variant: `linux/arm64` is `linux/arm64/v8`. */
function imageFor(images: ReadonlyMap<string, Digest>, platform: string): Digest | undefined {
  const exact = images.get(platform);
  if (exact !== undefined) return exact;
  return [...images].find(([name]) => name.startsWith(`${platform}/`) || platform.startsWith(`${name}/`))?.[1];
}
