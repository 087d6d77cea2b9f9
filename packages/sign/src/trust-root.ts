import type { TrustMaterial } from '@sigstore/verify';

/** Authorities and logs of a Sigstore, as a file `trusted_root.json` names them (protobuf-specs 0.5, TrustedRoot). */
export interface TrustRoot {
  /** Where it is from, for people: the path of a file, or `public Sigstore`. */
  readonly origin: string;
  /** When its newest part came into force, ISO 8601: what tells how old it is. */
  readonly updatedAt: string;
  readonly material: TrustMaterial;
}
