import type { Digest } from '@harbor-pilot/oci';
import type { PackageUrl } from './package-url.ts';

/**
 * What is said of a vulnerability: `accepted` by somebody; `not-affected` or `fixed`, says a VEX document; `counts`, says
 * one that withdraws what an older one said.
 */
export type ExceptionKind = 'accepted' | 'not-affected' | 'fixed' | 'counts';

/** Which images something is said of; all that is given must hold. */
export interface ImageSelector {
  /** Of the image, or of that of one platform. */
  readonly digest?: Digest;
  /** Glob for `registry/repository`, or for `repository` alone. */
  readonly name?: string;
  /** `registry/repository`, without wildcards. */
  readonly repository?: string;
  /** The last segment of the repository, without wildcards. */
  readonly shortName?: string;
  /** `arm64`: the platforms of this architecture. */
  readonly architecture?: string;
}

/** Somebody's word that a vulnerability does not count. All that is given must hold; what is absent holds for all. */
export interface Exception {
  /** Names of the vulnerability; the first is shown. Never a wildcard. */
  readonly ids: readonly [string, ...string[]];
  readonly kind: ExceptionKind;
  readonly reason: string;
  readonly owner?: string;
  /** ISO 8601: from then on it counts again. */
  readonly expiresAt?: string;
  /** Where it stands: `harbor-pilot.yml`, `vex/app.json`, `CVE allowlist of the project shop`. */
  readonly from: string;
  /** Glob. */
  readonly package?: string;
  /** Glob. */
  readonly version?: string;
  /** One of these. */
  readonly purls?: readonly PackageUrl[];
  /** One of these globs. */
  readonly paths?: readonly string[];
  /** One of these. */
  readonly images?: readonly ImageSelector[];
  /** Globs: all platforms on which the vulnerability is must match one. */
  readonly platforms?: readonly string[];
  /** When a VEX document says it, ISO 8601: the latest word counts. */
  readonly statedAt?: string;
}

/** The exceptions of a file, and what is to be said about it. */
export interface ExceptionFile {
  readonly exceptions: readonly Exception[];
  /** Sentences. */
  readonly warnings: readonly string[];
}

/** The image that is judged, for exceptions that are about some images only. */
export interface ExceptedImage {
  /** `registry/repository`. */
  readonly image: string;
  readonly digest: Digest;
  readonly platforms: readonly string[];
  /** The digest of each platform's image. */
  readonly platformDigests?: ReadonlyMap<string, Digest>;
}
