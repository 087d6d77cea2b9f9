import { PilotError } from '@harbor-pilot/core';
import { type Digest, parseReference } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { referredSignatures } from './bundle.ts';
import type { Claim } from './claim.ts';
import { readClassicManifest, signatureTag } from './classic.ts';
import type { SignatureFormat } from './format.ts';
import type { FoundSignature } from './found-signature.ts';
import { parsePublicKey } from './public-key.ts';

/** What to verify, and with what. */
export interface VerifyOptions {
  readonly registry: Registry;
  /** Path below the registry, `project/app`. */
  readonly repository: string;
  readonly digest: Digest;
  /** ECDSA P-256 key in PEM, the content of `cosign.pub`. */
  readonly publicKeyPem: string;
  /**
   * `registry/repository` that a signature must have been made for. Without it a signature that was copied from another repository together with
   * its image is accepted, as cosign does.
   */
  readonly expectedReference?: string;
}

/** A signature that was verified, and what it says. */
export interface VerifiedSignature extends Claim {
  readonly format: SignatureFormat;
  /** Digest of the manifest that holds it. */
  readonly signatureDigest: Digest;
}

type Failure = 'another key' | 'damaged' | 'another digest' | 'another repository' | 'no repository';

/**
 * Verifies the signatures of a digest in both forms, and gives those that are valid: at least one. A signature is told from an attestation by its
 * signed predicate type.
 * @throws PilotError SIGNATURE_MISSING when there is no signature at all.
 * @throws PilotError SIGNATURE_INVALID when there are some but none is valid; the message says why.
 * @throws PilotError PULL_REFUSED when Harbor does not give out the only signatures there are.
 * @throws PilotError KEY_INVALID when the public key cannot be used.
 */
export async function verifySignatures(options: VerifyOptions): Promise<readonly VerifiedSignature[]> {
  const publicKey = parsePublicKey(options.publicKeyPem);
  const verified: VerifiedSignature[] = [];
  const failures: Failure[] = [];
  let attestations = 0;
  let refusal: PilotError | undefined;
  for await (const signature of allSignatures(options)) {
    const checked = await signature.check(publicKey);
    if (checked.outcome === 'attestation') attestations += 1;
    else if (checked.outcome === 'refused') refusal = checked.error;
    else if (checked.outcome !== 'signed') failures.push(checked.outcome);
    else {
      const claim = judge(checked.claims, options);
      if (typeof claim === 'string') failures.push(claim);
      else verified.push({ ...claim, format: signature.format, signatureDigest: signature.signatureDigest });
    }
  }
  if (verified.length > 0) return verified;
  if (refusal !== undefined) throw refusal;
  throw failures.length === 0 ? missing(options, attestations) : invalid(options, failures);
}

async function* allSignatures({ registry, repository, digest }: VerifyOptions): AsyncGenerator<FoundSignature> {
  yield* referredSignatures(registry, repository, digest);
  yield* readClassicManifest(registry, repository, signatureTag(digest));
}

function judge(claims: readonly Claim[], { digest, expectedReference }: VerifyOptions): Claim | Failure {
  const [claim, ...others] = claims.filter((one) => one.digest === digest);
  if (claim === undefined) return 'another digest';
  if (expectedReference === undefined) return claim;
  const expected = repositoryOf(expectedReference);
  const match = [claim, ...others].find(
    ({ reference }) => reference !== undefined && repositoryOf(reference) === expected,
  );
  return match ?? (claim.reference === undefined ? 'no repository' : 'another repository');
}

// cosign signs whatever reference it is told to, also one with a tag or a digest.
function repositoryOf(reference: string): string {
  try {
    const { registry, repository } = parseReference(reference);
    return `${registry}/${repository}`;
  } catch {
    return reference;
  }
}

function missing({ registry, repository, digest }: VerifyOptions, attestations: number): PilotError {
  const others =
    attestations === 0 ? '' : ` (but ${attestations} ${attestations === 1 ? 'attestation' : 'attestations'})`;
  return new PilotError('SIGNATURE_MISSING', `${registry.host}/${repository}@${digest} has no signature${others}`, {
    hint: 'Sign the digest, and every child of an index, with the step "sign" or with "cosign sign --recursive".',
  });
}

const meanings: Readonly<Record<Failure, { readonly fact: string; readonly hint: string }>> = {
  'another key': { fact: 'by another key', hint: 'Check that the public key belongs to the key that signed.' },
  'another digest': {
    fact: 'for another digest',
    hint: 'Somebody attached the signature of another image. Sign this one.',
  },
  'another repository': {
    fact: 'for another repository',
    hint: 'The image was copied together with its signature. Sign it again here, or expect the repository it was signed for.',
  },
  'no repository': {
    fact: 'for no repository in particular',
    hint: 'Sign again with Harbor Pilot, or with "cosign sign -a docker-reference=REGISTRY/REPOSITORY".',
  },
  damaged: { fact: 'damaged', hint: 'Sign the image again.' },
};

function invalid(options: VerifyOptions, failures: readonly Failure[]): PilotError {
  const { registry, repository, digest } = options;
  const counts = [...new Set(failures)].map((failure) => {
    const count = failures.filter((one) => one === failure).length;
    return { failure, text: `${count} ${meanings[failure].fact}` };
  });
  const expected = options.expectedReference === undefined ? '' : ` for ${options.expectedReference}`;
  const facts = counts.map(({ text }) => text).join(', ');
  return new PilotError(
    'SIGNATURE_INVALID',
    `${registry.host}/${repository}@${digest} has no valid signature${expected}: ${facts}`,
    {
      hint: counts.map(({ failure }) => meanings[failure].hint).join(' '),
      details: { failures: counts.map(({ failure }) => failure).join(', ') },
    },
  );
}
