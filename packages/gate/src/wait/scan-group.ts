import { PilotError } from '@harbor-pilot/core';
import type { HarborArtifact } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import { attestationPlatform, distinctName, shortDigest } from '../platforms.ts';
import { FollowedScan, type ScanSetting } from './followed-scan.ts';
import { ImageScan } from './image-scan.ts';
import { identityOf, type ScanTimes } from './next-move.ts';
import { isIndex, nameOf } from './scan-kind.ts';

/** A digest, and what is known of the children that it has when it is that of an index. */
export interface ScannedDigest {
  readonly digest: Digest;
  /**
   * Platform names by digest, as {@link platformsOf} gives them; `unknown/unknown` marks attestations, which nobody scans.
   * For those that are not among them Harbor's word counts.
   */
  readonly platforms?: ReadonlyMap<Digest, string>;
  /** The images in it by the manifests of the index, which were verified: Harbor's records may lack some of them. */
  readonly children?: readonly Digest[];
}

/** An index that keeps saying the same for so long is not believed: one of its children is looked at, too, each time. */
const distrustSeconds = 30;

/**
 * The scans of all images that a digest stands for: itself, or the children of an index, at any depth, without
 * attestations. While several are not finished only the record of their index is asked for, which sums up how they
 * stand. What it says of vulnerabilities is never enough: it may be clean while a child is not, or was not scanned.
 */
export class ScanGroup<Result> {
  readonly #setting: ScanSetting<Result>;
  readonly #platforms: ReadonlyMap<Digest, string>;
  readonly #named: readonly Digest[];
  readonly #root: FollowedScan<Result>;
  readonly #images = new Map<Digest, ImageScan<Result>>();
  #turn = 0;
  /** The last look at all children. */
  #round: { readonly index: string; readonly atSeconds: number } | undefined;

  constructor(setting: ScanSetting<Result>, { digest, platforms = new Map(), children = [] }: ScannedDigest) {
    this.#setting = setting;
    this.#platforms = platforms;
    this.#named = children;
    this.#root = new FollowedScan(setting, digest);
  }

  get images(): readonly ImageScan<Result>[] {
    return [...this.#images.values()];
  }

  get unfinished(): readonly ImageScan<Result>[] {
    return this.images.filter(({ result }) => result === undefined);
  }

  /** What shows how far all is: the index while it is asked, otherwise the first image that is not finished. */
  get shown(): FollowedScan<Result> {
    const [first, second] = this.unfinished;
    return second !== undefined && this.#isSummedUp ? this.#root : (first?.scan ?? this.images[0]?.scan ?? this.#root);
  }

  /**
   * One round over what is not finished.
   * @throws PilotError SCAN_FAILED, SCAN_NO_SCANNER, and what Harbor's client throws.
   */
  async advance(times: ScanTimes): Promise<void> {
    if (this.#images.size === 0) return this.#begin(times);
    if (!this.#isSummedUp || this.unfinished.length === 1) return this.#goRound(times);
    await this.#count(this.#root, () => this.#root.look(times));
    await this.#afterIndex(times);
  }

  get #isSummedUp(): boolean {
    return this.#setting.kind.isSummedUp && !this.#images.has(this.#root.digest);
  }

  /** The first look, which shows whether it is an index. */
  async #begin(times: ScanTimes): Promise<void> {
    const artifact = await this.#count(this.#root, () => this.#root.look(times));
    if (!isIndex(artifact) && this.#named.length === 0) {
      const image = new ImageScan(this.#setting, this.#root.digest, this.#nameOf(this.#root.digest), this.#root);
      this.#images.set(image.digest, image);
      return this.#count(this.#root, () => image.act(times, true));
    }
    this.#add(artifact, this.#named);
    if (this.#isSummedUp && this.unfinished.length > 1) return this.#afterIndex(times);
    return this.#goRound(times);
  }

  async #afterIndex(times: ScanTimes): Promise<void> {
    const root = this.#root;
    const isOld = times.elapsedSeconds - (this.#round?.atSeconds ?? 0) >= distrustSeconds;
    switch (root.move(times)) {
      case 'no-scanner':
        throw root.noScanner(times);
      case 'start':
        return this.#count(root, () => root.start(times));
      case 'wait':
        if (isOld && !root.isBlind) await this.#lookAtOne(times, false);
        return;
      default: {
        if (this.#round?.index !== identityOf(root.overview)) await this.#goRound(times);
        else if (isOld) await this.#lookAtOne(times, true);
      }
    }
  }

  async #goRound(times: ScanTimes): Promise<void> {
    this.#round = { index: identityOf(this.#root.overview), atSeconds: times.elapsedSeconds };
    for (const image of this.unfinished) await this.#advanceOne(image, times, true);
  }

  /** Another one each time. */
  async #lookAtOne(times: ScanTimes, mayStart: boolean): Promise<void> {
    const { unfinished } = this;
    this.#turn += 1;
    const image = unfinished[this.#turn % unfinished.length];
    if (image !== undefined) await this.#advanceOne(image, times, mayStart);
  }

  async #advanceOne(image: ImageScan<Result>, times: ScanTimes, mayStart: boolean): Promise<void> {
    const artifact = await this.#count(image.scan, () => image.advance(times, mayStart), image);
    if (!isIndex(artifact)) return;
    this.#images.delete(image.digest);
    this.#add(artifact);
  }

  /** Counts the requests, but for those that brought a result: they are no waiting. */
  async #count<Value>(
    scan: FollowedScan<Result>,
    action: () => Promise<Value>,
    image?: ImageScan<Result>,
  ): Promise<Value> {
    const before = scan.requests;
    try {
      return await action();
    } finally {
      if (image?.result === undefined) this.#setting.pace.note(scan.requests - before);
    }
  }

  #add(index: HarborArtifact, named: readonly Digest[] = []): void {
    const children = [...index.children, ...named];
    for (const digest of children) {
      const platform = this.#nameOf(digest, index.platforms.get(digest));
      if (platform === attestationPlatform || this.#images.has(digest)) continue;
      const name = distinctName(platform, digest, (taken) => this.images.some((image) => image.platform === taken));
      this.#images.set(digest, new ImageScan(this.#setting, digest, name));
    }
    if (children.length > 0 && this.#images.size > 0) return;
    const what = `${nameOf(this.#setting.place, index.digest)} is an index without any image to scan`;
    throw new PilotError('SCAN_FAILED', what, {
      hint: 'Push an index that names at least one image, with its platform.',
    });
  }

  #nameOf(digest: Digest, told?: string): string {
    return this.#platforms.get(digest) ?? told ?? shortDigest(digest);
  }
}
