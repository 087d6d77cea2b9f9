import { PilotError } from '@harbor-pilot/core';
import type { TrustMaterial } from '@sigstore/verify';

/** Authorities and logs of a Sigstore, as a file `trusted_root.json` names them (protobuf-specs 0.5, TrustedRoot). */
export interface TrustRoot {
  /** Where it is from, for people: the path of a file, or `public Sigstore`. */
  readonly origin: string;
  /** When its newest part came into force, ISO 8601: what tells how old it is. */
  readonly updatedAt: string;
  readonly material: TrustMaterial;
}

/**
 * Reads a file `trusted_root.json`.
 * @param origin for messages: the path of the file.
 * @throws PilotError TRUST_ROOT_INVALID with what is wrong.
 */
export async function parseTrustRoot(_json: string, origin: string): Promise<TrustRoot> {
  throw new PilotError('TRUST_ROOT_INVALID', `${origin} is no trust root`);
}

/** The root of the public Sigstore, as it is pinned in this package. */
export async function publicTrustRoot(): Promise<TrustRoot> {
  return parseTrustRoot('', 'public Sigstore');
}

/** How old a trust root is. */
export interface TrustRootAge {
  readonly days: number;
  /** Older than a year: keys may have been added or withdrawn since. */
  readonly isOld: boolean;
}

/** How old a trust root is by now. */
export function ageOfTrustRoot(root: TrustRoot, now: Date): TrustRootAge {
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(root.updatedAt)) / 86_400_000));
  return { days, isOld: days > 365 };
}
