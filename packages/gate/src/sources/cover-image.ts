import { PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { FoundVulnerability, GateReport } from '@harbor-pilot/step-kit';
import { Merging } from '../merge.ts';
import type { ScanFile } from './scan-file.ts';

/** The image of one platform. */
export interface PlatformImage {
  readonly digest: Digest;
  /** Of its configuration, by which scanners name images. */
  readonly configDigest?: Digest;
  /** `linux/arm64/v8`. */
  readonly platform: string;
}

/** An image that reports of other scanners must cover. */
export interface ImageToCover {
  /** Of the index, or of the only image. */
  readonly digest: Digest;
  /** One for each platform, without attestations. */
  readonly images: readonly PlatformImage[];
}

/** What files say of a whole image, in the form that it is judged in. */
export interface CoveredImage {
  readonly source: GateReport['source'];
  readonly platforms: readonly string[];
  readonly platformDigests: ReadonlyMap<string, Digest>;
  /** Each once, with its platforms. */
  readonly vulnerabilities: readonly FoundVulnerability[];
  /** Whether one of the files has no word about fixes. */
  readonly lacksFixes: boolean;
  readonly warnings: readonly string[];
}

const shownDigests = 3;

/**
 * Takes the reports of an image together. Each must be about the image, and every platform must have one: what is not
 * covered has not been scanned, and that is never a pass.
 * @throws PilotError SCAN_FAILED when a report is about another image, or a platform has none.
 */
export function coverImage(files: readonly ScanFile[], image: ImageToCover): CoveredImage {
  const covered = new Map<PlatformImage, ScanFile[]>(image.images.map((one) => [one, []]));
  for (const file of files) covered.get(platformOf(file, image))?.push(file);
  const missing = [...covered].flatMap(([{ platform }, reports]) => (reports.length === 0 ? [platform] : []));
  if (missing.length > 0) {
    throw new PilotError('SCAN_FAILED', `there is no report about ${missing.join(', ')} of ${image.digest}`, {
      hint: 'Scan the image of each platform by its own digest, and give all the reports.',
    });
  }
  const merging = new Merging();
  for (const [{ platform }, reports] of covered) {
    for (const { vulnerabilities } of reports)
      for (const told of vulnerabilities) merging.add({ ...told, platforms: [platform] });
  }
  return {
    source: sourceOf(files),
    platforms: image.images.map(({ platform }) => platform),
    platformDigests: new Map(image.images.map(({ platform, digest }) => [platform, digest])),
    vulnerabilities: merging.all(),
    lacksFixes: files.some((file) => file.lacksFixes === true),
    warnings: [...new Set(files.flatMap(warningsOf))],
  };
}

/** The digest decides; where the report names that of the index, or none, its platform does. */
function platformOf(file: ScanFile, { digest: root, images }: ImageToCover): PlatformImage {
  const { digests, platform } = file.about;
  const byDigest = images.filter(
    ({ digest, configDigest }) =>
      digests.includes(digest) || (configDigest !== undefined && digests.includes(configDigest)),
  );
  if (byDigest[0] !== undefined && byDigest.length === 1) return byDigest[0];
  if (digests.length > 0 && byDigest.length === 0 && !digests.includes(root)) throw foreign(file, root);
  const candidates = byDigest.length > 0 ? byDigest : images;
  const byPlatform = candidates.filter((one) => platform !== undefined && isSamePlatform(one.platform, platform));
  const [only] = byPlatform.length > 0 ? byPlatform : candidates;
  if (only !== undefined && (byPlatform.length === 1 || candidates.length === 1)) return only;
  throw new PilotError('SCAN_FAILED', `the report ${file.file} does not say which platform of ${root} it is about`, {
    hint: 'Scan the image of each platform by its own digest, and give all the reports.',
  });
}

/** Reports leave out the variant: `linux/arm64` of `linux/arm64/v8`. */
function isSamePlatform(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/** No verdict, exit code 8, as with a report of Harbor about another digest: the image itself has not been scanned. */
function foreign({ file, about }: ScanFile, digest: Digest): PilotError {
  const named = about.digests.slice(0, shownDigests).join(', ');
  return new PilotError('SCAN_FAILED', `the report ${file} is not about ${digest}, but about ${named}`, {
    hint: 'Scan the image by its digest, after it has been pushed, and give that report.',
    details: { digest },
  });
}

function warningsOf({ file, about, warnings }: ScanFile): string[] {
  if (about.digests.length > 0) return [...warnings];
  const name = about.name === undefined ? '' : `; it names ${about.name}`;
  return [
    `The report ${file} does not say which digest it is about${name}. It is taken for one about this image.`,
    ...warnings,
  ];
}

/** With several reports: all scanners, and the oldest of their dates. */
function sourceOf(files: readonly ScanFile[]): GateReport['source'] {
  const names = new Set(files.map(({ scanner, file }) => scanner ?? file));
  const oldest = (key: 'scannedAt' | 'dataUpdatedAt'): string | undefined => {
    const moments = files.map((file) => file[key]).sort();
    return moments.includes(undefined) ? undefined : moments[0];
  };
  const [scannedAt, dataUpdatedAt] = [oldest('scannedAt'), oldest('dataUpdatedAt')];
  return {
    name: [...names].join(', '),
    ...(scannedAt === undefined ? {} : { scannedAt }),
    ...(dataUpdatedAt === undefined ? {} : { dataUpdatedAt }),
  };
}
