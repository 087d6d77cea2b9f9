import { inParallel, type PilotError, together, unless } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import { classicManifest, classicTag, type Registry } from '@harbor-pilot/registry';
import { bindingRefusal } from './binding-refusal.ts';
import type { Claim } from './claim.ts';
import { readClassicManifest } from './classic-signatures.ts';
import type {
  ExaminedDigest,
  ExamineOptions,
  ProvedSignature,
  RefusedSignature,
  SignatureFailure,
} from './examined-digest.ts';
import type { Checked, ForeignSignature, FoundSignature } from './found-signature.ts';
import { referredSignatures } from './referred-signatures.ts';
import { withheldBy } from './withheld.ts';

/**
 * Looks at all that hangs on a digest and speaks of who made it. A signature is told from an attestation by its signed
 * predicate type. Attestations of the classic form are looked for only where no signature counts.
 * @throws PilotError what the registry throws when it cannot be read; what is not given out is told, not thrown.
 */
export async function examineSignatures(options: ExamineOptions): Promise<ExaminedDigest> {
  const { registry, repository, digest, policy, clock } = options;
  const now = clock.now();
  const [referred, classic] = await together([
    () => collect(referredSignatures(registry, repository, digest)),
    () => collect(readClassicManifest(registry, repository, classicTag(digest, 'sig'))),
  ]);
  const found = [...referred.found, ...classic.found];
  const signatures = found.filter((one) => one.format !== 'notation');
  const results = await inParallel(signatures, async (one) => ({ one, checked: await one.check(policy, now) }));
  const proved: ProvedSignature[] = [];
  const refused: RefusedSignature[] = [];
  for (const { one, checked } of results) {
    const { format, signatureDigest } = one;
    const judged = judge(checked, options);
    if (judged === undefined) continue;
    if ('failure' in judged) refused.push({ format, signatureDigest, ...judged });
    else proved.push({ format, signatureDigest, ...judged });
  }
  const withheld =
    referred.withheld ??
    classic.withheld ??
    results.flatMap(({ checked }) => (checked.outcome === 'withheld' ? [checked.error] : []))[0];
  const attestations = results.filter(({ checked }) => checked.outcome === 'attestation').length;
  return {
    digest,
    proved,
    refused,
    attestations: attestations + (proved.length > 0 ? 0 : await countClassicAttestations(registry, repository, digest)),
    notation: found.length - signatures.length,
    ...(withheld === undefined ? {} : { withheld }),
  };
}

/** All that a listing gives until Harbor gives out no more. */
async function collect<Found extends FoundSignature | ForeignSignature>(listing: AsyncIterable<Found>) {
  const found: Found[] = [];
  const withheld: PilotError | undefined = await withheldBy(async () => {
    for await (const one of listing) found.push(one);
  });
  return { found, withheld };
}

async function countClassicAttestations(registry: Registry, repository: string, digest: Digest): Promise<number> {
  const manifest = registry.fetchManifest(repository, classicTag(digest, 'att')).then(classicManifest);
  return (await unless(['REFERENCE_NOT_FOUND', 'PULL_REFUSED', 'CONTENT_HOSTILE'], manifest))?.layers.length ?? 0;
}

type Judged =
  | Omit<ProvedSignature, 'format' | 'signatureDigest'>
  | Omit<RefusedSignature, 'format' | 'signatureDigest'>;

function judge(checked: Checked, options: ExamineOptions): Judged | undefined {
  if (checked.outcome === 'refused') return checked.refusal;
  if (checked.outcome !== 'signed') return undefined;
  const [claim, ...others] = checked.claims.filter(({ digest }) => digest === options.digest);
  if (claim === undefined) {
    return { failure: 'another digest', reason: `it is of ${checked.claims[0]?.digest ?? 'no digest'}` };
  }
  const failures = [claim, ...others].map((one) => ({ one, refusal: refusalOf(one, options) }));
  const match = failures.find(({ refusal }) => refusal === undefined);
  return match === undefined ? failures[0]?.refusal : { ...match.one, proof: checked.proof };
}

type Refusal = { readonly failure: SignatureFailure; readonly reason: string };

/** Why a claim about the digest does not count; undefined when it does. */
function refusalOf({ reference, annotations }: Claim, options: ExamineOptions): Refusal | undefined {
  const unbound = bindingRefusal(reference, options.expectedReference);
  if (unbound !== undefined) return unbound;
  const missing = Object.entries(options.annotations ?? {}).find(([name, text]) => annotations[name] !== text);
  if (missing === undefined) return undefined;
  return { failure: 'other annotations', reason: `it does not say ${missing.join('=')}` };
}
