import { verifySignatures } from '@harbor-pilot/sign';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { connect } from '../connect.ts';
import { readKey } from '../key-input.ts';
import { countOf } from '../phrases.ts';
import { imageName } from '../record-file.ts';
import { findDigest } from '../subject.ts';
import type { verifyStepInputs, verifyStepOutputs } from './inputs.ts';

/** Runs the step `verify`. */
export async function runVerify(
  values: InputValues<typeof verifyStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof verifyStepOutputs>> {
  const publicKeyPem = await readKey(values.publicKey, runtime);
  const connection = await connect(values, runtime);
  const digest = await findDigest(values, connection, runtime);
  const signatures = await verifySignatures({
    registry: connection.registry,
    repository: connection.reference.repository,
    digest,
    publicKeyPem,
    expectedReference: values.signedFor ?? imageName(connection),
  });
  runtime.info(`${imageName(connection)}@${digest}: ${countOf(signatures.length, 'valid signature')}`);
  return { digest };
}
