import type { Harbor, HarborArtifact, SbomOverview, ScanKind } from '@harbor-pilot/harbor';
import { type Digest, isIndexType } from '@harbor-pilot/oci';

/** Where an image is kept in Harbor. */
export interface ImagePlace {
  readonly harbor: Harbor;
  readonly project: string;
  readonly repository: string;
}

/** What an image is scanned for, and how its result is read. */
export interface KindOfScan<Result> {
  readonly kind: ScanKind;
  /** Completes "the scanner does not". */
  readonly verb: string;
  /** Completes "the … of the image". */
  readonly noun: string;
  /** Whether the record of an index sums up how the scans of its children stand. */
  readonly isSummedUp: boolean;
  readonly overviewOf: (artifact: HarborArtifact) => SbomOverview;
  /** undefined when Harbor has no result yet. */
  readonly read: (place: ImagePlace, digest: Digest, overview: SbomOverview) => Promise<Result | undefined>;
}

/** `project/repository@digest`, for messages. */
export function nameOf(place: ImagePlace, digest: Digest): string {
  return `${place.project}/${place.repository}@${digest}`;
}

/** Whether a manifest is an index, which is scanned as its children. */
export function isIndex(artifact: HarborArtifact): boolean {
  return artifact.children.length > 0 || isIndexType(artifact.mediaType);
}
