import { isDeepStrictEqual } from 'node:util';
import { type Clock, inParallel } from '@harbor-pilot/core';
import { type Descriptor, type Digest, isIndexType } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { makeBundle } from './bundle.ts';
import type { Claim } from './claim.ts';
import { makeClassic } from './classic.ts';
import { type ExistingSignatures, findSignatures } from './existing-signatures.ts';
import { formatsOf, type SignatureFormat, type SigningFormat } from './format.ts';
import type { FoundSignature } from './found-signature.ts';
import { keyPolicy } from './key-policy.ts';
import { parsePublicKey } from './public-key.ts';
import type { PushSignature } from './push.ts';
import { pushTimed, settle, type TimedPush } from './settle.ts';
import type { Signer } from './signer.ts';
import type { Witness } from './witness.ts';

/** What to sign, with what and how. */
export interface SignOptions {
  readonly registry: Registry;
  /** Path below the registry, `project/app`. It is signed together with the digest. */
  readonly repository: string;
  /** An image, or an index after all its children: see {@link digestsToSign}. They are never read back from the registry. */
  readonly digests: readonly Descriptor[];
  readonly signer: Signer;
  /** Who testifies to each signature: logs and timestamp authorities. */
  readonly witnesses?: readonly Witness[];
  readonly format: SigningFormat;
  /** What {@link findSignatures} has found, where somebody looked before; it is looked for here when absent. */
  readonly existing?: ExistingSignatures | undefined;
  /** Further texts to sign, shown by `cosign verify`. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** A digest and the digest of the manifest that holds its signature; with both forms there are two for each digest. */
export interface SignedDigest {
  readonly digest: Digest;
  readonly signatureDigest: Digest;
  readonly format: SignatureFormat;
}

/** One signature of one digest, made or found, and not pushed yet. */
interface Prepared {
  readonly subject: Descriptor;
  readonly format: SignatureFormat;
  readonly push: PushSignature;
}

/**
 * Signs digests as cosign does, some at the same time. All signatures are made before the first is pushed, and an index
 * gets its own after all its children have theirs. What this key has signed already, for this repository and with these
 * annotations, is left as it is, so that the step can be run again; but with a certificate or witnesses it is signed anew,
 * as only a trust root would tell whether the old ones still count.
 * @throws PilotError TAG_IMMUTABLE when a rule keeps a classic signature from being added, STATE_CONFLICT when others keep
 *   removing it, and what the registry, the signer and the witnesses throw.
 */
export async function signDigests(options: SignOptions): Promise<readonly SignedDigest[]> {
  const { digests, format, signal } = options;
  const wanted = digests.flatMap((subject) => formatsOf(format).map((one) => ({ subject, format: one })));
  const existing = isKnownAgain(options) ? (options.existing ?? (await findSignatures(options))) : undefined;
  const prepared = await inParallel(wanted, ({ subject, format: one }) => prepare(options, subject, one, existing));
  const isIndex = ({ subject }: Prepared): boolean => isIndexType(subject.mediaType);
  const pushed = new Map<Prepared, TimedPush>();
  const push = async (one: Prepared): Promise<void> => {
    signal?.throwIfAborted();
    pushed.set(one, await pushTimed(one, options.clock));
  };
  await inParallel(
    prepared.filter((one) => !isIndex(one)),
    push,
  );
  for (const one of prepared.filter(isIndex)) await push(one);
  const settled = await settle(pushed, options);
  return prepared.flatMap((one) => {
    const signatureDigest = settled.get(one);
    return signatureDigest === undefined ? [] : [{ digest: one.subject.digest, signatureDigest, format: one.format }];
  });
}

/** Only a trust root would tell whether a certificate or a testimony of before still counts. */
function isKnownAgain({ signer, witnesses = [] }: SignOptions): boolean {
  return witnesses.length === 0 && signer.certificates === undefined;
}

async function prepare(
  options: SignOptions,
  subject: Descriptor,
  format: SignatureFormat,
  existing: ExistingSignatures | undefined,
): Promise<Prepared> {
  const { registry, repository, annotations = {} } = options;
  options.signal?.throwIfAborted();
  const claim: Claim = { digest: subject.digest, reference: `${registry.host}/${repository}`, annotations };
  const found = await findClaim(options, claim, existing?.(subject.digest, format) ?? []);
  if (found !== undefined) return { subject, format, push: async () => ({ digest: found, isTagSet: false }) };
  const make = format === 'bundle' ? makeBundle : makeClassic;
  return { subject, format, push: await make({ ...options, signal: options.signal, subject, claim }) };
}

async function findClaim(
  { signer, clock }: SignOptions,
  claim: Claim,
  signatures: readonly FoundSignature[],
): Promise<Digest | undefined> {
  const policy = keyPolicy(parsePublicKey(signer.publicKeyPem));
  for (const signature of signatures) {
    const checked = await signature.check(policy, clock.now());
    const isSame = checked.outcome === 'signed' && checked.claims.some((signed) => isDeepStrictEqual(signed, claim));
    if (isSame) return signature.signatureDigest;
  }
  return undefined;
}
