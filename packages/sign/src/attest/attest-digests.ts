import { isDeepStrictEqual } from 'node:util';
import { type Clock, PilotError } from '@harbor-pilot/core';
import type { Descriptor, Digest } from '@harbor-pilot/oci';
import { classicTag, type Registry } from '@harbor-pilot/registry';
import { bundleReferrer } from '../bundle-referrer.ts';
import { addToClassicTag } from '../classic-tag.ts';
import type { SignatureFormat } from '../format.ts';
import { keyPolicy } from '../key-policy.ts';
import { parsePublicKey } from '../public-key.ts';
import type { PushSignature } from '../push.ts';
import { pushTimed, settle, type TimedPush } from '../settle.ts';
import type { Signer } from '../signer.ts';
import type { Witness } from '../witness.ts';
import { signStatement } from '../write-bundle.ts';
import { makeClassicLayer } from './classic-layer.ts';
import { findAttestations } from './examine-attestations.ts';
import { type AttestedFact, formatFact } from './statement.ts';

/** A digest, and what is attested of it. */
export interface AttestedSubject {
  readonly descriptor: Descriptor;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/** What to attest, as whom and how. */
export interface AttestOptions {
  readonly registry: Registry;
  /** Path below the registry, `project/app`. It is signed together with the digest. */
  readonly repository: string;
  readonly subjects: readonly AttestedSubject[];
  /** URI. */
  readonly predicateType: string;
  readonly signer: Signer;
  /** Who testifies to each: logs and timestamp authorities. */
  readonly witnesses?: readonly Witness[];
  readonly format: SignatureFormat;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** A digest and the digest of the manifest that holds its attestation. */
export interface AttestedDigest {
  readonly digest: Digest;
  readonly attestationDigest: Digest;
  /** Whether it had been attested before, in the same words. */
  readonly isFound: boolean;
}

/** The size of a statement at most. Larger ones would not be read again: signed and encoded they have more than the 64 MiB that are read into memory. */
export const attestedLimitBytes = 32 * 1024 * 1024;

/**
 * Attests digests, one after the other; all are signed before the first is pushed. What this key has attested already in
 * the same words, for this repository, is left as it is, so that the step can be run again; but with a certificate or
 * witnesses it is attested anew, as only a trust root would tell whether the old one still counts. Attestations in other
 * words stay, as with cosign.
 * @throws PilotError CONTENT_TOO_LARGE; TAG_IMMUTABLE when a rule keeps a classic one from being added; and what the
 *   registry, the signer and the witnesses throw.
 */
export async function attestDigests(options: AttestOptions): Promise<readonly AttestedDigest[]> {
  const { subjects, signal } = options;
  const prepared: Prepared[] = [];
  for (const subject of subjects) {
    signal?.throwIfAborted();
    prepared.push(await prepare(options, subject));
  }
  const pushed = new Map<Prepared, TimedPush>();
  for (const one of prepared) {
    signal?.throwIfAborted();
    pushed.set(one, await pushTimed(one, options.clock));
  }
  const settled = await settle(pushed, options);
  return [...settled].map(([{ digest, isFound }, attestationDigest]) => ({ digest, attestationDigest, isFound }));
}

/** One attestation, made or found, and not pushed yet. */
interface Prepared extends Omit<AttestedDigest, 'attestationDigest'> {
  readonly push: PushSignature;
}

async function prepare(options: AttestOptions, { descriptor, predicate }: AttestedSubject): Promise<Prepared> {
  const { registry, repository, predicateType, signer, witnesses, signal } = options;
  const fact: AttestedFact = {
    digest: descriptor.digest,
    reference: `${registry.host}/${repository}`,
    predicateType,
    predicate,
  };
  const { digest } = fact;
  const statement = formatFact(fact);
  const sizeBytes = Buffer.byteLength(statement);
  if (sizeBytes > attestedLimitBytes) throw tooLarge(fact, sizeBytes);
  const found = await findSame(options, fact);
  if (found !== undefined) return { digest, isFound: true, push: async () => ({ digest: found, isTagSet: false }) };
  const place = { registry, repository, subject: descriptor, clock: options.clock, signal };
  if (options.format === 'bundle') {
    const bundleJson = await signStatement(statement, signer, witnesses, signal);
    return { digest, isFound: false, push: bundleReferrer(place, bundleJson, predicateType) };
  }
  const layer = await makeClassicLayer(statement, predicateType, signer, witnesses, signal);
  return { digest, isFound: false, push: () => addToClassicTag(place, classicTag(digest, 'att'), layer) };
}

/** The digest of what says the same already, in the same form and signed with the same key. */
async function findSame(options: AttestOptions, fact: AttestedFact): Promise<Digest | undefined> {
  const { registry, repository, signer, witnesses = [], clock, signal } = options;
  if (witnesses.length > 0 || signer.certificates !== undefined) return undefined;
  const policy = keyPolicy(parsePublicKey(signer.publicKeyPem));
  const place = { registry, repository, digest: fact.digest, policy, clock, signal };
  // As it will be read: values that JSON does not have are gone.
  const wanted: unknown = JSON.parse(JSON.stringify(fact.predicate));
  for await (const found of findAttestations(place, fact.predicateType)) {
    if (found.format !== options.format || 'failure' in found || found.reference !== fact.reference) continue;
    if (isDeepStrictEqual(found.predicate, wanted)) return found.attestationDigest;
  }
  return undefined;
}

function tooLarge({ digest, predicateType }: AttestedFact, sizeBytes: number): PilotError {
  return new PilotError('CONTENT_TOO_LARGE', `the attestation ${predicateType} of ${digest} has ${sizeBytes} bytes`, {
    hint: `It may have ${attestedLimitBytes}. Leave out of the document what nobody verifies.`,
  });
}
