import { setImmediate } from 'node:timers/promises';
import { together } from '@harbor-pilot/core';
import type { InputValues, OutputValues, Runtime, SignaturePart } from '@harbor-pilot/step-kit';
import { refuseForks } from '../forks.ts';
import { requireWritableRecord } from '../require-writable.ts';
import type { signStepInputs, signStepOutputs } from './inputs.ts';
import { planSigning } from './plan.ts';

/** Runs the step `sign`. */
export async function runSign(
  values: InputValues<typeof signStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof signStepOutputs>> {
  await refuseForks('sign', values.allowForks, runtime);
  await requireWritableRecord(values.record, runtime);
  // To open a key takes longer than all else, for a password is made a key slowly on purpose, in another thread: it begins
  // before the rest is even loaded, and what is to be signed is found meanwhile.
  const [plan, task] = await together(
    [
      (signal) => planSigning(values, { ...runtime, signal }),
      async (signal) => {
        await setImmediate();
        return (await import('./sign-image.ts')).findTask(values, { ...runtime, signal });
      },
    ],
    runtime.signal,
  );
  const { sign } = await import('./sign-image.ts');
  const part = await sign(task, plan, runtime);
  const { connection, root } = task.target;
  const { digest } = root;
  const { addToRecord } = await import('../record-file.ts');
  await addToRecord(values.record, connection, digest, { signature: part }, runtime);
  const { certificate, keyId, format } = part;
  return {
    digest,
    ...(certificate === undefined ? { keyId } : {}),
    certificateIdentity: certificate?.identity,
    certificateOidcIssuer: certificate?.issuer,
    format,
    signatures: listOf(part),
  };
}

/** Of each signature the digest that was signed, and the manifest that holds the signature. */
function listOf({ signed }: SignaturePart): readonly string[] {
  return signed.map(({ digest, signatureDigest }) => `${digest} ${signatureDigest}`);
}
