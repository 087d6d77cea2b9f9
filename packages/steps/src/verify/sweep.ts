import { formatCount, PilotError, unless } from '@harbor-pilot/core';
import type { Harbor } from '@harbor-pilot/harbor';
import type { Registry } from '@harbor-pilot/registry';
import type { Runtime, VerifiedImage } from '@harbor-pilot/step-kit';
import { belongsToImage } from './belonging.ts';
import { damagedImage, type Subject, verifyOne } from './examine.ts';
import { mapInOrder } from './in-order.ts';
import type { VerifyTerms } from './terms.ts';

/** As many images are verified at once: more only wait for each other. */
const imagesAtOnce = 16;
const progressEvery = 100;

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
    verifyIfThere(subject, terms, leftOut, runtime),
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
  leftOut: LeftOut,
  runtime: Runtime,
): Promise<VerifiedImage | undefined> {
  try {
    if (await belongsToImage(subject)) {
      leftOut.belonging += 1;
      return undefined;
    }
    const verified = await verifyOne(subject, terms, runtime);
    return verified.state === 'signed' || (await isThere(subject)) ? verified : undefined;
  } catch (error) {
    const isMissing = error instanceof PilotError && error.code === 'REFERENCE_NOT_FOUND';
    return isMissing && !(await isThere(subject)) ? undefined : damagedImage(error, subject);
  }
}

async function isThere({ registry, repository, digest }: Subject): Promise<boolean> {
  const found = registry.find(repository, digest).then((one) => one !== undefined);
  return (await unless(['PULL_REFUSED'], found)) ?? true;
}

async function* subjectsOf({ harbor, registry, project, untagged }: Sweep, leftOut: LeftOut): AsyncGenerator<Subject> {
  for await (const name of harbor.repositories(project)) {
    // What is pushed meanwhile makes others appear twice.
    const seen = new Set<string>();
    for await (const { digest, tags, mediaType } of harbor.artifacts(project, name)) {
      if (seen.has(digest)) continue;
      seen.add(digest);
      if (tags.length === 0 && !untagged) leftOut.untagged += 1;
      else yield { registry, repository: `${project}/${name}`, digest, tags, mediaType };
    }
  }
}
