import { type Clock, PilotError, systemClock } from '@harbor-pilot/core';
import type { HarborArtifact } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import type { HarborVerdict } from '@harbor-pilot/step-kit';
import type { ScannedImage } from '../merge.ts';
import { attestationPlatform, shortDigest } from '../platforms.ts';
import { type ImagePlace, isIndex } from '../wait/scan-kind.ts';
import { explainDifference, type OwnVerdict } from './differences.ts';
import { type Counted, judgePull, type PullAnswer, type PulledManifest, sentence } from './judge-pull.ts';
import { type PullPolicy, readPullPolicy } from './pull-policy.ts';

/** Which image is going to be pulled, and what the gate says of it. */
export interface PredictionRequest extends ImagePlace {
  /** Of an image or an index. */
  readonly digest: Digest;
  /** Platform names by digest. */
  readonly platforms?: ReadonlyMap<Digest, string>;
  /** Harbor's own report, when it was read before; otherwise it is read here, if the project's policy asks for it. */
  readonly scanned?: Pick<ScannedImage, 'vulnerabilities' | 'platformDigests'>;
  /** Our verdict. */
  readonly own: OwnVerdict;
  readonly clock?: Clock;
}

/**
 * Predicts what Harbor answers to a pull of an image by an ordinary client, and says where our verdict differs. It is
 * `refused` when the index or any image in it is. Never fails: what cannot be read makes it `unknown`, with the reason.
 */
export async function predictHarborVerdict(request: PredictionRequest): Promise<HarborVerdict> {
  const { harbor, project, clock = systemClock } = request;
  try {
    const policy = await readPullPolicy(harbor, project, clock.now());
    if (policy === undefined) return unknown(`This account is not told how the project ${project} is set up.`);
    return await predict(request, policy);
  } catch (error) {
    if (error instanceof PilotError) return unknown(`What Harbor will say cannot be told: ${error.message}`);
    throw error;
  }
}

async function predict(request: PredictionRequest, policy: PullPolicy): Promise<HarborVerdict> {
  if (policy.signatureTools.length === 0 && policy.refusedSeverity === undefined) {
    const reason = 'The project gives out all images: no policy about signatures or vulnerabilities is on.';
    return { pull: 'allowed', reasons: [reason], differences: explainDifference(request.own, 'allowed', [], policy) };
  }
  const manifests = await readManifests(request, policy);
  const answers = manifests.map((manifest) => judgePull(manifest, policy));
  const has = (pull: PullAnswer['pull']): boolean => answers.some((answer) => answer.pull === pull);
  const pull = has('refused') ? 'refused' : has('unknown') ? 'unknown' : 'allowed';
  const isHalf = pull === 'refused' && manifests[0]?.role === 'index' && answers[0]?.pull === 'allowed';
  return {
    pull,
    reasons: [
      ...(isHalf ? ['The index is given out, but not all of the images in it.'] : []),
      ...answers.flatMap(({ reason }) => (reason === undefined ? [] : [sentence(reason)])),
      ...(pull === 'allowed' && !answers.some(({ reason }) => reason !== undefined) ? [allowedWords(policy)] : []),
    ],
    differences: explainDifference(request.own, pull, answers, policy),
  };
}

function allowedWords({ signatureTools, refusedSeverity }: PullPolicy): string {
  return [
    ...(signatureTools.length > 0 ? [`All that is pulled has a signature of ${signatureTools.join(' and of ')}`] : []),
    ...(refusedSeverity === undefined
      ? []
      : [`No image has a vulnerability of ${refusedSeverity} severity or worse that Harbor counts`]),
  ]
    .join('. ')
    .concat('.');
}

/** The manifest of the digest itself, then those of the images in it, at any depth. */
async function readManifests(
  request: PredictionRequest,
  policy: PullPolicy,
  digest = request.digest,
  name?: string,
  seen = new Set<Digest>(),
): Promise<readonly PulledManifest[]> {
  seen.add(digest);
  const artifact = await read(request, digest);
  if (!isIndex(artifact))
    return [await manifestOf(request, policy, artifact, name === undefined ? 'image' : 'child', name)];
  const manifests = [await manifestOf(request, policy, artifact, 'index', name)];
  for (const child of artifact.children) {
    const platform = request.platforms?.get(child) ?? artifact.platforms.get(child) ?? shortDigest(child);
    if (platform === attestationPlatform || seen.has(child)) continue;
    manifests.push(...(await readManifests(request, policy, child, platform, seen)));
  }
  return manifests;
}

function read({ harbor, project, repository }: PredictionRequest, digest: Digest): Promise<HarborArtifact> {
  return harbor.artifact(project, repository, digest);
}

async function manifestOf(
  request: PredictionRequest,
  policy: PullPolicy,
  artifact: HarborArtifact,
  role: PulledManifest['role'],
  name = `the ${role}`,
): Promise<PulledManifest> {
  const { status } = artifact.scan;
  const hasReport = status === 'Success' || (status === 'absent' && !artifact.isScannable);
  const needsReport = policy.refusedSeverity !== undefined && role !== 'index' && hasReport;
  const found = needsReport ? await foundIn(request, artifact.digest) : undefined;
  return {
    name,
    role,
    accessoryTypes: artifact.accessories.map(({ type }) => type),
    scan: status,
    isScannable: artifact.isScannable,
    ...(found === undefined ? {} : { found }),
  };
}

async function foundIn(
  { harbor, project, repository, scanned }: PredictionRequest,
  digest: Digest,
): Promise<readonly Counted[] | undefined> {
  for (const [platform, known] of scanned?.platformDigests ?? []) {
    if (known === digest) return scanned?.vulnerabilities.filter(({ platforms }) => platforms.includes(platform));
  }
  return (await harbor.vulnerabilities(project, repository, digest))?.vulnerabilities;
}

function unknown(reason: string): HarborVerdict {
  return { pull: 'unknown', reasons: [reason], differences: [] };
}
