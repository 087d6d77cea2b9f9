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

/** Compares content with its digest as it passes. */
export interface Verifier {
  /** @throws PilotError DIGEST_MISMATCH as soon as there is more than expected. */
  update(chunk: Uint8Array): void;
  /** @throws PilotError DIGEST_MISMATCH when all that passed is not what the digest says. */
  end(): void;
}

/** Begins to verify content. */
export function createVerifier(expected: ExpectedContent): Verifier {
  const algorithm = expected.digest.slice(0, expected.digest.indexOf(':'));
  const hash = createHash(algorithm);
  let size = 0;
  return {
    update: (chunk) => {
      size += chunk.length;
      if (expected.size !== undefined && size > expected.size) {
        throw mismatch(expected, `longer than its ${expected.size} bytes`);
      }
      hash.update(chunk);
    },
    end: () => {
      const actual = `${algorithm}:${hash.digest('hex')}`;
      if (expected.size !== undefined && size !== expected.size) {
        throw mismatch(expected, `${size} bytes, not ${expected.size}`);
      }
      if (actual !== expected.digest) throw mismatch(expected, actual);
    },
  };
}

/**
 * A stream that passes content on and fails at its end, or as soon as it is too long, unless it is what its digest says.
 * @throws PilotError DIGEST_MISMATCH through the stream's error.
 */
export function verifyingStream(expected: ExpectedContent): Transform {
  const verifier = createVerifier(expected);
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      done(
        failureOf(() => verifier.update(chunk)),
        chunk,
      );
    },
    flush(done: TransformCallback) {
      done(failureOf(() => verifier.end()));
    },
  });
}

function failureOf(check: () => void): Error | null {
  try {
    check();
    return null;
  } catch (error) {
    return error as Error;
  }
}

function mismatch({ digest }: ExpectedContent, got: string): PilotError {
  return new PilotError('DIGEST_MISMATCH', `content of ${digest} is ${got}`, {
    hint: 'The content was damaged or replaced on its way, or in the registry. Push the image again.',
  });
}

/**
 * Gives the bytes back when they are what their digest says.
 * @throws PilotError DIGEST_MISMATCH otherwise.
 */
export function verifyBytes(bytes: Uint8Array, expected: ExpectedContent): Uint8Array {
  const verifier = createVerifier(expected);
  verifier.update(bytes);
  verifier.end();
  return bytes;
}
