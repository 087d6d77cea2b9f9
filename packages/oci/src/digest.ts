import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { PilotError } from '@harbor-pilot/core';

/** `algorithm:hex` over exact bytes. SHA-256 is what we make; SHA-512 is accepted too (OCI image spec 1.1.1, descriptor.md). */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const pattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** Whether a text is a digest of an algorithm we know. */
export function isDigest(text: string): text is Digest {
  return pattern.test(text);
}

/**
 * Reads a digest.
 * @throws PilotError REFERENCE_INVALID when the text is none.
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new PilotError('REFERENCE_INVALID', `"${text}" is not a digest`, {
    hint: 'A digest looks like sha256: and 64 hexadecimal digits in lower case.',
  });
}

/** The SHA-256 digest of some bytes. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The hexadecimal part of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** What a stream of content must turn out to be. */
export interface ExpectedContent {
  readonly digest: Digest;
  /** In bytes; not checked when absent. */
  readonly size?: number;
}

/**
 * A stream that passes content on and fails at its end, or as soon as it is too long, unless it is what its digest says.
 * @throws PilotError DIGEST_MISMATCH through the stream's error.
 */
export function verifyingStream(expected: ExpectedContent): Transform {
  const hash = createHash(expected.digest.slice(0, expected.digest.indexOf(':')));
  let size = 0;
  const mismatch = (got: string): PilotError =>
    new PilotError('DIGEST_MISMATCH', `content of ${expected.digest} is ${got}`, {
      hint: 'The content was damaged or replaced on its way, or in the registry. Push the image again.',
    });
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      size += chunk.length;
      if (expected.size !== undefined && size > expected.size) {
        done(mismatch(`longer than its ${expected.size} bytes`));
        return;
      }
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done: TransformCallback) {
      const actual = `${expected.digest.slice(0, expected.digest.indexOf(':'))}:${hash.digest('hex')}`;
      if (expected.size !== undefined && size !== expected.size) done(mismatch(`${size} bytes, not ${expected.size}`));
      else done(actual === expected.digest ? null : mismatch(actual));
    },
  });
}

/**
 * Gives the bytes back when they are what their digest says.
 * @throws PilotError DIGEST_MISMATCH otherwise.
 */
export function verifyBytes(bytes: Uint8Array, expected: ExpectedContent): Uint8Array {
  const algorithm = expected.digest.slice(0, expected.digest.indexOf(':'));
  const actual = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
  if (actual === expected.digest && (expected.size === undefined || expected.size === bytes.length)) return bytes;
  throw new PilotError('DIGEST_MISMATCH', `content of ${expected.digest} is ${actual} with ${bytes.length} bytes`, {
    hint: 'The content was damaged or replaced on its way, or in the registry. Push the image again.',
  });
}
