import type { Readable } from 'node:stream';
import type { Content, ContentSource, Descriptor, Digest, PassingContent } from '@harbor-pilot/oci';

/** A blob to push: its descriptor and a way to open it, again if a try failed. */
export interface BlobSource {
  readonly descriptor: Descriptor;
  open(): Promise<PassingContent>;
}

/** How a blob got to the registry. */
export type BlobOutcome = 'pushed' | 'present' | 'mounted';

/** Called as an image is pushed, for progress lines. */
export interface PushProgress {
  blobDone?(descriptor: Descriptor, outcome: BlobOutcome): void;
  /** Bytes of this blob sent so far; less than before when a broken upload begins again. */
  blobBytes?(descriptor: Descriptor, sentBytes: number): void;
  manifestDone?(descriptor: Descriptor, tag?: string): void;
}

/** How an image is pushed. */
export interface PushOptions {
  /** Set when all else is there, those that name one image (`1.0.0`) before those that move on (`latest`). */
  readonly tags?: readonly string[] | undefined;
  /** Repository of the same registry whose blobs are taken over instead of sent. */
  readonly mountFrom?: string | undefined;
  /** Called with all blobs of the image when it is not there yet, before the first one is sent; may refuse. */
  readonly beforeUpload?: ((blobs: readonly Descriptor[]) => Promise<void>) | undefined;
  readonly progress?: PushProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A manifest with a subject, as it was pushed. */
export interface PushedReferrer extends Descriptor {
  /** Whether a tag had to be set that stands in for the list of referrers; other jobs that set it at the same moment may still lose this entry. */
  readonly isTagSet: boolean;
}

/** One registry, as one account. Methods throw PilotError with codes of the families auth, infrastructure, state, policy and integrity. */
export interface Registry {
  /** Host with port. */
  readonly host: string;
  /**
   * Checks that the registry answers and takes the credentials (GET /v2/). AUTH_FAILED when not.
   * @returns whether it has looked at any: a registry that is open to everybody does not.
   */
  ping(): Promise<boolean>;
  /** What the account may do in a repository (`pull`, `push`, `delete`); undefined where that cannot be known. */
  allowedActions(repository: string): Promise<readonly string[] | undefined>;
  /** HEAD of a manifest. REFERENCE_NOT_FOUND when the registry has none. */
  resolve(repository: string, tagOrDigest: string): Promise<Descriptor>;
  /** Like resolve, but undefined instead of REFERENCE_NOT_FOUND. */
  find(repository: string, tagOrDigest: string): Promise<Descriptor | undefined>;
  /** What a tag has now, asked as a part of a push; undefined when it is not there, or the registry does not tell. */
  digestHeld(repository: string, tag: string): Promise<string | undefined>;
  /** GET of a manifest, verified. */
  fetchManifest(repository: string, tagOrDigest: string): Promise<Content>;
  hasBlob(repository: string, digest: Digest): Promise<boolean>;
  /** Small blobs, verified. */
  fetchBlob(repository: string, descriptor: Descriptor): Promise<Uint8Array>;
  /** Large blobs, verified while they are read. */
  openBlob(repository: string, descriptor: Descriptor): Promise<Readable>;
  /** HEAD first, unless it `isMissing`; then a mount when `mountFrom` is given; then an upload, cancelled when it fails. */
  pushBlob(
    repository: string,
    blob: BlobSource,
    options?: Pick<PushOptions, 'mountFrom' | 'signal'> & { readonly isMissing?: boolean },
  ): Promise<BlobOutcome>;
  /** Begins an upload with these bytes and gives it up; `left` when the account may not do that, and the registry has to forget it by itself. */
  tryUpload(repository: string, bytes: Uint8Array): Promise<'removed' | 'left'>;
  /** PUT by tag, or by digest when no tag is given. A tag that has this digest already is left alone (immutable tags stay idempotent). */
  pushManifest(repository: string, content: Content, tag?: string): Promise<Descriptor>;
  /** Those of some blobs that a repository lacks. */
  missingBlobs(repository: string, blobs: readonly Descriptor[]): Promise<readonly Descriptor[]>;
  /** Deletes a manifest with all its tags, or one tag where the registry can do that; what is gone already is no error. Harbor deletes by digest only. */
  deleteManifest(repository: string, tagOrDigest: string): Promise<void>;
  /** All tags, page by page. */
  listTags(repository: string): AsyncIterable<string>;
  /** Referrers of a digest, by the referrers API or by the tag schema where there is none. */
  listReferrers(repository: string, subject: Digest, artifactType?: string): AsyncIterable<Descriptor>;
  /** Pushes a manifest with a subject, and keeps the referrers tag up to date where the registry has no referrers API. */
  pushReferrer(repository: string, content: Content): Promise<PushedReferrer>;
  /** The repository as a source of content. */
  source(repository: string): ContentSource;
  /** Pushes everything that `root` reaches: blobs in parallel, children before their index, the tags last. */
  pushImage(repository: string, root: Descriptor, from: ContentSource, options?: PushOptions): Promise<Descriptor>;
}
