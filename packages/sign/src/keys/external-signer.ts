import { createHash, type KeyObject, verify } from 'node:crypto';
import { asString, PilotError } from '@harbor-pilot/core';
import { formatPublicKey, type PublicKey, parsePublicKey } from '../public-key.ts';
import type { Signer } from '../signer.ts';
import { algorithmOf, type KeyAlgorithm } from './algorithm.ts';
import { ecdsaSignatureInDer } from './ecdsa-der.ts';
import { askSigner, type SignerCommand } from './signer-command.ts';

/** The version of what is said to a signer command and what it answers; docs/signatures.md has all of it. */
const protocol = 1;

/**
 * A signer whose key another program keeps: a KMS, an HSM, a vault. It is asked for its public key at once, and each of its
 * signatures is verified with that before anything is done with it.
 * @throws PilotError SIGNER_FAILED, FILE_UNREADABLE, DEADLINE_EXCEEDED; KEY_INVALID when its key is none that cosign signs
 *   with.
 */
export async function openExternalSigner(command: SignerCommand): Promise<Signer> {
  const [program = ''] = command.command;
  const answer = await askSigner(command, { protocol, operation: 'public-key' });
  const { key, keyId } = readPublicKey(answer, program);
  const algorithm = readAlgorithm(answer, key, program);
  return {
    keyId,
    publicKeyPem: formatPublicKey(key),
    sign: async (bytes) => {
      const request = { protocol, operation: 'sign', ...contentOf(bytes, algorithm) };
      const { signature } = await askSigner(command, request);
      return readSignature(asString(signature) ?? '', bytes, key, program);
    },
  };
}

function readPublicKey(answer: Readonly<Record<string, unknown>>, program: string): PublicKey {
  const publicKey = asString(answer.publicKey);
  if (publicKey === undefined) {
    throw new PilotError('SIGNER_FAILED', `${program} answers without its public key`, {
      hint: 'To the operation "public-key" it shall answer {"publicKey": "-----BEGIN PUBLIC KEY-----…"}.',
    });
  }
  try {
    return parsePublicKey(publicKey);
  } catch (error) {
    if (!(error instanceof PilotError)) throw error;
    throw new PilotError('KEY_INVALID', `the answer of ${program} cannot be used: ${error.message}`, {
      cause: error,
      hint: error.hint,
    });
  }
}

function readAlgorithm(answer: Readonly<Record<string, unknown>>, key: KeyObject, program: string): KeyAlgorithm {
  const algorithm = algorithmOf(key);
  const named = asString(answer.algorithm);
  if (algorithm !== undefined && (named === undefined || named === algorithm.name)) return algorithm;
  throw new PilotError(
    'KEY_INVALID',
    `${program} signs by "${named}", but cosign verifies ${algorithm?.name} of its key`,
    {
      hint: 'Choose this algorithm where the key is kept, or leave "algorithm" out of the answer.',
    },
  );
}

/** What is to be signed: for a service its digest, for one that hashes by itself the content. */
function contentOf(bytes: Uint8Array, { name, hash }: KeyAlgorithm): Readonly<Record<string, string>> {
  const digest = hash === undefined ? {} : { hash, digest: createHash(hash).update(bytes).digest('base64') };
  return { algorithm: name, ...digest, data: Buffer.from(bytes).toString('base64') };
}

function readSignature(base64: string, bytes: Uint8Array, key: KeyObject, program: string): Uint8Array {
  const given = Buffer.from(base64, 'base64');
  const algorithm = algorithmOf(key);
  const forms = key.asymmetricKeyType === 'ec' ? [given, ecdsaSignatureInDer(given)] : [given];
  const signature = forms.find((form) => verify(algorithm?.hash, bytes, key, form));
  if (signature !== undefined) return signature;
  throw new PilotError(
    'SIGNER_FAILED',
    `the signature that ${program} gave is not one of its public key over what it was to sign`,
    {
      hint: `It must sign "data" by ${algorithm?.name}; "digest" is the hash of "data", and is not hashed once more.`,
    },
  );
}
