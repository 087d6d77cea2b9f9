import { formatCount } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import { verifyImage } from '@harbor-pilot/sign';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { readKey } from '../key-input.ts';
import { imageName } from '../record-file.ts';
import { findDigest } from '../subject.ts';
import type { verifyStepInputs, verifyStepOutputs } from './inputs.ts';

/**
 * Verifies the signatures of an image, and of each image of an index.
 * @param signedFor `registry/repository` that they were made for; without it the one of the connection.
 * @throws PilotError SIGNATURE_MISSING, SIGNATURE_INVALID, KEY_INVALID
 */
export async function verify(
  digest: Digest,
  publicKeyPem: string,
  signedFor: string | undefined,
  connection: Connection,
  runtime: Runtime,
): Promise<void> {
  const verified = await verifyImage({
    registry: connection.registry,
    repository: connection.reference.repository,
    digest,
    publicKeyPem,
    expectedReference: signedFor ?? imageName(connection),
  });
  for (const { digest: one, signatures } of verified) {
    runtime.info(`${imageName(connection)}@${one}: ${formatCount(signatures.length, 'valid signature')}`);
  }
  if (verified.length > 1) runtime.info(`the index and each of its ${verified.length - 1} images are signed`);
}

/** Runs the step `verify`. */
export async function runVerify(
  values: InputValues<typeof verifyStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof verifyStepOutputs>> {
  const publicKeyPem = await readKey(values.publicKey, runtime);
  const connection = await connect(values, runtime);
  const digest = await findDigest(values, connection, runtime);
  await verify(digest, publicKeyPem, values.signedFor, connection, runtime);
  return { digest };
}
