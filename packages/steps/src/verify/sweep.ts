import { formatCount, unless } from '@harbor-pilot/core';
import type { Harbor, ListedArtifact } from '@harbor-pilot/harbor';
import { parseClassicTag, type Registry } from '@harbor-pilot/registry';
import type { Runtime, VerifiedImage } from '@harbor-pilot/step-kit';
import { damagedImage, type Subject, verifyOne } from './examine.ts';
import { mapInOrder } from './in-order.ts';
import type { VerifyTerms } from './terms.ts';

/** As many images are verified at once: more only wait for each other. */
const imagesAtOnce = 16;
const progressEvery = 100;
/** The distribution specification keeps under such tags what belongs to an image; cosign has tags of its own for that. */
const referrersTag = /^sha256-[0-9a-f]{64}$/;

/** A project whose images are verified. */
export interface Sweep {
  readonly harbor: Harbor;
  readonly registry: Registry;
  readonly project: string;
  /** Whether what has no tag is verified, too. */
  readonly untagged: boolean;
}

/** What was left out of a sweep. */
export interface LeftOut {
  /** What only has tags that cosign gives to signatures and attestations. */
  belonging: number;
  untagged: number;
}

/**
 * Verifies every image of a project, repository by repository, several at once. An image that goes away meanwhile is none.
 * @param leftOut counts what is not verified.
 * @throws PilotError PROJECT_UNAVAILABLE, and what Harbor and the registry throw.
 */
export async function* sweepProject(
  sweep: Sweep,
  terms: VerifyTerms,
  leftOut: LeftOut,
  runtime: Runtime,
): AsyncGenerator<VerifiedImage> {
  const { progress, signal } = runtime;
  let count = 0;
  const verified = mapInOrder(subjectsOf(sweep, leftOut), imagesAtOnce, (subject) =>
    verifyIfThere(subject, terms, runtime),
  );
  for await (const image of verified) {
    signal.throwIfAborted();
    if (image === undefined) continue;
    yield image;
    count += 1;
    if (count % progressEvery === 0) progress('verify', `${formatCount(count, 'image')} verified`, false);
  }
  progress('verify', `  ${formatCount(count, 'image')} verified`, true);
}

async function verifyIfThere(
  subject: Subject,
  terms: VerifyTerms,
  runtime: Runtime,
): Promise<VerifiedImage | undefined> {
  const verified = unless(['REFERENCE_NOT_FOUND'], verifyOne(subject, terms, runtime));
  return verified.catch((error: unknown) => damagedImage(error, subject));
}

async function* subjectsOf({ harbor, registry, project, untagged }: Sweep, leftOut: LeftOut): AsyncGenerator<Subject> {
  for await (const name of harbor.repositories(project)) {
    // What is pushed meanwhile makes others appear twice.
    const seen = new Set<string>();
    for await (const { digest, tags, mediaType } of harbor.artifacts(project, name)) {
      if (seen.has(digest)) continue;
      seen.add(digest);
      if (belongs({ tags })) leftOut.belonging += 1;
      else if (tags.length === 0 && !untagged) leftOut.untagged += 1;
      else yield { registry, repository: `${project}/${name}`, digest, tags, mediaType };
    }
  }
}

function belongs({ tags }: Pick<ListedArtifact, 'tags'>): boolean {
  return tags.length > 0 && tags.every((tag) => referrersTag.test(tag) || parseClassicTag(tag) !== undefined);
}
