import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allSteps, executeStep } from '@harbor-pilot/steps';
import { type CapturedRuntime, captureRuntime } from '../../packages/steps/test/runtime.ts';

/** Runs a step in a workspace, which is the home folder, too. */
export async function runStep(
  workspace: string,
  name: string,
  inputs: Readonly<Record<string, string | undefined>>,
  environment: Record<string, string> = {},
): Promise<CapturedRuntime> {
  const step = allSteps.find((candidate) => candidate.name === name);
  if (step === undefined) throw new Error(`no step ${name}`);
  const runtime = captureRuntime(workspace, environment);
  try {
    await executeStep(step, runtime, [(input) => inputs[input]]);
  } finally {
    await runtime.end();
  }
  return runtime;
}

/** Puts the key pairs `ours` and `theirs` into a workspace, without a password: opening an encrypted one takes long on purpose. */
export async function writeKeyPairs(workspace: string): Promise<void> {
  for (const name of ['ours', 'theirs']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(join(workspace, `${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(join(workspace, `${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
  }
}
