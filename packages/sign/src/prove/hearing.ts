import type { KeyObject } from 'node:crypto';
import type { SignedEntity } from '@sigstore/verify';
import type { TrustRoot } from '../trust-root.ts';
import type { Demands } from './demands.ts';
import type { SignedMaterial } from './signed-material.ts';
import type { SignerCertificate } from './signer-certificate.ts';

/** A signature of a known key, and what is demanded of those who speak for it. */
export interface Hearing {
  readonly material: SignedMaterial;
  readonly key: KeyObject;
  /** That the key is of; without it the key is trusted as such. */
  readonly certificate?: SignerCertificate;
  readonly demands: Demands;
  readonly root: TrustRoot;
  readonly now: Date;
}

/** The log entries and timestamps of a signature that are looked at. */
export interface Witnesses extends Pick<SignedEntity, 'tlogEntries' | 'timestamps'> {
  /** When the entries and timestamps say that it was signed; milliseconds. */
  readonly times: readonly number[];
}
