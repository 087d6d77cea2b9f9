import { createHash } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { preAuthEncoding } from '../dsse.ts';
import { isSignedBy } from '../keys/algorithm.ts';
import type { PublicKey } from '../public-key.ts';
import { isDigestSignedBy } from './ecdsa-of-digest.ts';

/** What a signature is over: the bytes, or only the SHA-256 digest of bytes that nobody has here. */
export type Signed = { readonly bytes: Uint8Array } | { readonly sha256: Uint8Array };

/** A signature with all that may speak for it, whatever form it came in. Nothing of it is proved. */
export interface SignedMaterial {
  readonly signature: Buffer;
  readonly signed: Signed;
  /** Payload of a DSSE envelope, which some logs record instead of what was signed. */
  readonly payload?: Uint8Array;
  /** What a timestamp is of: the signature, or in classic attestations the envelope. */
  readonly timestamped: Buffer;
  /** The signer's certificate in DER; without it a key signed. */
  readonly certificate?: Buffer;
  /** How it names the key, which proves nothing. */
  readonly keyHint?: string;
  readonly tlogEntries: readonly TransparencyLogEntry[];
  /** RFC 3161 time-stamp responses in DER. */
  readonly timestamps: readonly Buffer[];
}

/** The parts of material that a DSSE envelope with one signature makes up. */
export function envelopeMaterial(
  payloadType: string,
  payload: Uint8Array,
  signature: Buffer,
): Pick<SignedMaterial, 'signature' | 'signed' | 'payload'> {
  return { signature, signed: { bytes: preAuthEncoding(payloadType, payload) }, payload };
}

/** Whether the signature is of a key. */
export function isOfKey({ signed, signature }: SignedMaterial, { key }: Pick<PublicKey, 'key'>): boolean {
  return 'bytes' in signed ? isSignedBy(key, signed.bytes, signature) : isDigestSignedBy(key, signed.sha256, signature);
}

/** Whether what was signed has a digest by SHA-2; its length says by which. */
export function hasDigest(signed: Signed, digest: Uint8Array): boolean {
  if ('sha256' in signed) return Buffer.from(signed.sha256).equals(digest);
  const algorithm = { 32: 'sha256', 48: 'sha384', 64: 'sha512' }[digest.length];
  return algorithm !== undefined && createHash(algorithm).update(signed.bytes).digest().equals(digest);
}
