import type { JudgedVulnerability, Upgrade } from '@harbor-pilot/step-kit';
import { type Identified, idsByPackage, isIn } from '../baseline.ts';
import { compareTexts } from './compare-parts.ts';

/** The base image of an image. At least one of layers and vulnerabilities tells what came with it. */
export interface BaseImage {
  /** `registry/repository`. */
  readonly name: string;
  readonly digest: string;
  readonly tags?: readonly string[];
  /** Digests of its layers, compressed and not. */
  readonly layers?: ReadonlySet<string>;
  /** Of its own report. */
  readonly vulnerabilities?: readonly Identified[];
}

/** Another image that could be the base, and what its report says. */
export interface BaseCandidate {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly vulnerabilities: readonly Identified[];
}

interface Weighed {
  readonly candidate: BaseCandidate;
  readonly removed: ReadonlySet<string>;
  readonly refused: number;
  readonly added: number;
}

/**
 * The base image to take instead: of those that remove more vulnerabilities of the present one than they bring, the one
 * that removes most refused ones, then the one that brings fewest, then the one that stands first.
 * @param candidates newest first.
 * @returns undefined when none is better, or nothing is known to be from the base image.
 */
export function baseUpgrade(
  vulnerabilities: readonly JudgedVulnerability[],
  base: BaseImage,
  candidates: readonly BaseCandidate[],
): Upgrade | undefined {
  const ofBase = vulnerabilities.filter(cameWith(base));
  if (ofBase.length === 0) return undefined;
  const present = idsByPackage(vulnerabilities);
  const better = candidates
    .filter(({ digest }) => digest !== base.digest)
    .map((candidate) => weigh(candidate, ofBase, present))
    .filter(({ removed, added }) => removed.size > added);
  const [best] = better.sort((one, other) => other.refused - one.refused || one.added - other.added);
  if (best === undefined) return undefined;
  return {
    package: base.name,
    from: referenceOf(base),
    to: referenceOf(best.candidate),
    removes: [...best.removed].sort(compareTexts),
    refused: best.refused,
    isFromBase: true,
  };
}

/** Layers tell it for sure; else what the report of the base image has, too, came with it. */
function cameWith({ layers, vulnerabilities }: BaseImage): (found: JudgedVulnerability) => boolean {
  const names = idsByPackage(vulnerabilities ?? []);
  return (found) => (layers !== undefined && found.layer !== undefined ? layers.has(found.layer) : isIn(names, found));
}

function weigh(
  candidate: BaseCandidate,
  ofBase: readonly JudgedVulnerability[],
  present: ReturnType<typeof idsByPackage>,
): Weighed {
  const names = idsByPackage(candidate.vulnerabilities);
  const removed = ofBase.filter((found) => !isIn(names, found));
  const ids = (found: readonly Identified[]): Set<string> => new Set(found.map(({ id }) => id));
  return {
    candidate,
    removed: ids(removed),
    refused: ids(removed.filter(({ outcome }) => outcome === 'refused')).size,
    added: ids(candidate.vulnerabilities.filter((found) => !isIn(present, found))).size,
  };
}

/** `3.22@sha256:…`: what stands after the name of the image. `latest` says less than any other tag. */
function referenceOf({ digest, tags = [] }: Pick<BaseImage, 'digest' | 'tags'>): string {
  return `${tags.find((tag) => tag !== 'latest') ?? tags[0] ?? ''}@${digest}`;
}
