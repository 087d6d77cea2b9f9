import type { Digest } from '@harbor-pilot/oci';
import type { PublicKey } from './public-key.ts';
import type { TrustRoot } from './trust-root.ts';

/** A name that a certificate must have: exactly this one, or the whole of it by a pattern. */
export type NameRule =
  | { readonly kind: 'exact'; readonly name: string }
  /** Anchored at both ends; one that everything meets is refused when it is read. */
  | { readonly kind: 'pattern'; readonly pattern: RegExp };

/** Somebody whose signatures count. */
export type TrustedSigner =
  | { readonly kind: 'key'; readonly publicKey: PublicKey }
  | { readonly kind: 'certificate'; readonly identity: NameRule; readonly issuer: NameRule };

/** What a signature may lack although it would be required; each is asked for by an input that begins with "insecure". */
export type Waiver = 'transparency-log' | 'timestamp' | 'certificate-transparency';

/** Whose signatures count, and what else must speak for them. */
export interface SignerPolicy {
  /** Any one of them is enough. */
  readonly signers: readonly TrustedSigner[];
  /**
   * What it has is required: an entry of one of its logs, a timestamp of one of its authorities, and of certificates the
   * proof of a certificate log. Certificates count only with it; a key alone is trusted as such, without log or timestamp.
   */
  readonly trustRoot: TrustRoot | undefined;
  readonly waivers: ReadonlySet<Waiver>;
}

/** Who signed. */
export type ProvedSigner =
  | { readonly kind: 'key'; readonly keyId: Digest }
  | { readonly kind: 'certificate'; readonly identity: string; readonly issuer: string };

/** What was proved of one signature. */
export interface Proof {
  readonly signer: ProvedSigner;
  /** What else spoke for it, verified. */
  readonly verifiedWith: readonly Waiver[];
  /** What the trust root has but a waiver spared: it was not looked at. */
  readonly waived: readonly Waiver[];
  /** When it was signed, by a log or a timestamp authority, ISO 8601; absent when neither says so. */
  readonly signedAt?: string;
}

/** Why a signature does not count. */
export type ProofFailure =
  /** Signed well, but by nobody who is trusted. */
  | 'another signer'
  /** Content and signature do not belong together, or it cannot be read. */
  | 'damaged'
  /** The certificate is of no authority of the trust root, or was not valid when it signed. */
  | 'untrusted certificate'
  /** The keys of the trust root that it needs had expired, or were not valid yet. */
  | 'expired trust root'
  | 'no transparency log'
  | 'no timestamp'
  | 'no certificate transparency';

/** A signature that does not count. */
export interface Refusal {
  readonly failure: ProofFailure;
  /** What exactly is wrong, for people; texts of certificates in it are foreign. */
  readonly reason: string;
}
