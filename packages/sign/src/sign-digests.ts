import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@harbor-pilot/core';
import type { Descriptor, Digest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { makeBundle, referredSignatures } from './bundle.ts';
import type { Claim } from './claim.ts';
import { makeClassic, readClassicManifest, signatureTag } from './classic.ts';
import type { SignatureFormat } from './format.ts';
import type { FoundSignature } from './found-signature.ts';
import { type PublicKey, parsePublicKey } from './public-key.ts';
import type { Signer } from './signer.ts';

/** What to sign, with what and how. */
export interface SignOptions {
  readonly registry: Registry;
  /** Path below the registry, `project/app`. It is signed together with the digest. */
  readonly repository: string;
  /** An image, or an index after all its children: see {@link digestsToSign}. They are never read back from the registry. */
  readonly digests: readonly Descriptor[];
  readonly signer: Signer;
  readonly format: SignatureFormat;
  /** Further texts to sign, shown by `cosign verify`. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** A digest and the digest of the manifest that holds its signature. */
export interface SignedDigest {
  readonly digest: Digest;
  readonly signatureDigest: Digest;
}

/**
 * Signs digests as cosign does, one after the other in the order given. A digest that this key has signed already, for this repository and with
 * these annotations, is left as it is, so that the step can be run again.
 * @throws PilotError TAG_IMMUTABLE when a rule keeps a classic signature from being added, STATE_CONFLICT when others keep removing it, and what
 * the registry throws.
 */
export async function signDigests(options: SignOptions): Promise<readonly SignedDigest[]> {
  const { registry, repository, signer, format, clock, signal } = options;
  const publicKey = parsePublicKey(signer.publicKeyPem);
  const make = format === 'bundle' ? makeBundle : makeClassic;
  const signed: SignedDigest[] = [];
  for (const subject of options.digests) {
    signal?.throwIfAborted();
    const claim: Claim = {
      digest: subject.digest,
      reference: `${registry.host}/${repository}`,
      annotations: options.annotations ?? {},
    };
    const found =
      format === 'bundle'
        ? referredSignatures(registry, repository, subject.digest)
        : readClassicManifest(registry, repository, signatureTag(subject.digest));
    const signatureDigest =
      (await findClaim(found, claim, format, publicKey)) ??
      (await (
        await make({ registry, repository, subject, claim, signer, clock, signal })
      )());
    signed.push({ digest: subject.digest, signatureDigest });
  }
  return signed;
}

async function findClaim(
  signatures: AsyncIterable<FoundSignature>,
  claim: Claim,
  format: SignatureFormat,
  publicKey: PublicKey,
): Promise<Digest | undefined> {
  for await (const signature of signatures) {
    if (signature.format !== format) continue;
    const checked = await signature.check(publicKey);
    const isSame = checked.outcome === 'signed' && checked.claims.some((signed) => isDeepStrictEqual(signed, claim));
    if (isSame) return signature.signatureDigest;
  }
  return undefined;
}
