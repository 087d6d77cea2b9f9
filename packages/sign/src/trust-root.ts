import { PilotError } from '@harbor-pilot/core';
import type { TrustMaterial } from '@sigstore/verify';
import { parseStrictJson } from './attest/strict-json.ts';

/** Authorities and logs of a Sigstore, as a file `trusted_root.json` names them (protobuf-specs 0.5, TrustedRoot). */
export interface TrustRoot {
  /** Where it is from, for people: the path of a file, or `public Sigstore`. */
  readonly origin: string;
  /** When its newest part came into force, ISO 8601: what tells how old it is. */
  readonly updatedAt: string;
  readonly material: TrustMaterial;
}

/** How old a trust root is. */
export interface TrustRootAge {
  readonly days: number;
  /** Older than a year: keys may have been added or withdrawn since. */
  readonly isOld: boolean;
}

/** That of the public Sigstore has 7 kB. */
const limitCharacters = 4 * 1024 * 1024;

/**
 * Reads a file `trusted_root.json`.
 * @param origin for messages: the path of the file.
 * @throws PilotError TRUST_ROOT_INVALID with what is wrong.
 */
export async function parseTrustRoot(json: string, origin: string): Promise<TrustRoot> {
  if (json.length > limitCharacters) throw invalid(origin, new Error('it is too large'));
  const { readTrustRoot } = await import('./trust-root/read-trust-root.ts');
  try {
    const material = readTrustRoot(parseStrictJson(Buffer.from(json), 'it'));
    return { origin, updatedAt: newestStart(material), material };
  } catch (error) {
    throw invalid(origin, error);
  }
}

/** The root of the public Sigstore, as it is pinned in this package. It is read once. */
export function publicTrustRoot(): Promise<TrustRoot> {
  publicRoot ??= readPublicRoot();
  return publicRoot;
}

let publicRoot: Promise<TrustRoot> | undefined;

async function readPublicRoot(): Promise<TrustRoot> {
  const { pinnedRoot, pinnedAt } = await import('./trust-root/public-root.ts');
  return { ...(await parseTrustRoot(pinnedRoot, 'public Sigstore')), updatedAt: pinnedAt };
}

/** How old a trust root is by now. */
export function ageOfTrustRoot({ updatedAt }: TrustRoot, now: Date): TrustRootAge {
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(updatedAt)) / (24 * 60 * 60 * 1000)));
  return { days, isOld: days > 365 };
}

function newestStart({ certificateAuthorities, timestampAuthorities, tlogs, ctlogs }: TrustMaterial): string {
  const parts = [...certificateAuthorities, ...timestampAuthorities, ...tlogs, ...ctlogs];
  return new Date(Math.max(...parts.map(({ validFor }) => validFor.start.getTime()))).toISOString();
}

function invalid(origin: string, cause: unknown): PilotError {
  const why = cause instanceof Error ? cause.message : 'it cannot be read';
  return new PilotError('TRUST_ROOT_INVALID', `${origin} is no trust root: ${why}`, {
    cause,
    hint: 'Give the file trusted_root.json of your Sigstore, as "cosign trusted-root create" writes it.',
  });
}
