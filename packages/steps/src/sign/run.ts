import { formatCount, PilotError, secondsSince } from '@harbor-pilot/core';
import type { ContentSource, Descriptor } from '@harbor-pilot/oci';
import {
  assertAcceptedByHarbor,
  chooseFormat,
  digestsToSign,
  loadSigner,
  type Signer,
  signDigests,
} from '@harbor-pilot/sign';
import type { InputValues, OutputValues, Runtime, SignaturePart } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { refuseForks } from '../forks.ts';
import { readKey } from '../key-input.ts';
import { addToRecord } from '../record-file.ts';
import { findDigest } from '../subject.ts';
import type { signInputs, signStepInputs, signStepOutputs } from './inputs.ts';

/** Harbor lists a signature at once; this is for one that is slow. */
const acceptanceTimeoutSeconds = 20;

/**
 * Opens the private key of the inputs, so that a bad one is known before anything else happens.
 * @throws PilotError KEY_INVALID; INPUT_INVALID when there is none.
 */
export async function openSigner(values: InputValues<typeof signInputs>, runtime: Runtime): Promise<Signer> {
  if (values.key === undefined) {
    throw new PilotError('INPUT_INVALID', 'the input "key" is missing', {
      hint: 'Give the path of the private key, or env://NAME for a variable that holds it.',
    });
  }
  const password = values.keyPassword ?? runtime.environment.COSIGN_PASSWORD;
  if (password !== undefined) runtime.mask(password);
  return loadSigner(await readKey(values.key, runtime), password);
}

/** Signs an image, its children first, and makes sure that Harbor takes the signatures for what they are. */
export async function sign(
  root: Descriptor,
  source: ContentSource,
  signer: Signer,
  format: 'auto' | 'bundle' | 'classic',
  connection: Connection,
  runtime: Runtime,
): Promise<SignaturePart> {
  const begin = runtime.clock.now();
  const { clock, signal } = runtime;
  const { registry, harbor, project, name, reference } = connection;
  const version = await harborVersion(connection);
  const chosen = format === 'auto' ? chooseFormat(version) : format;
  const signed = await signDigests({
    registry,
    repository: reference.repository,
    digests: await digestsToSign(source, root),
    signer,
    format: chosen,
    clock,
    signal,
  });
  if (version !== undefined) {
    await assertAcceptedByHarbor({
      harbor,
      project,
      repository: name,
      signed,
      format: chosen,
      clock,
      timeoutSeconds: acceptanceTimeoutSeconds,
      signal,
    });
  }
  const accepted = version === undefined ? 'a registry without Harbor’s API' : `accepted by Harbor ${version}`;
  runtime.info(`  ${formatCount(signed.length, 'digest')} signed in the form "${chosen}", ${accepted}`);
  return {
    format: chosen,
    keyId: signer.keyId,
    signed,
    acceptedByHarbor: version !== undefined,
    durationSeconds: secondsSince(begin, clock),
  };
}

/** The version of Harbor; empty when it does not tell this account; undefined when the registry is no Harbor. */
async function harborVersion({ harbor }: Connection): Promise<string | undefined> {
  try {
    return (await harbor.version()) ?? '';
  } catch (error) {
    if (error instanceof PilotError && error.code === 'ANSWER_UNEXPECTED') return undefined;
    throw error;
  }
}

/** Runs the step `sign`. */
export async function runSign(
  values: InputValues<typeof signStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof signStepOutputs>> {
  await refuseForks('sign', values.allowForks, runtime);
  const signer = await openSigner(values, runtime);
  const connection = await connect(values, runtime);
  const { registry, reference } = connection;
  const digest = await findDigest(values, connection, runtime);
  const root = await registry.resolve(reference.repository, digest);
  const part = await sign(root, registry.source(reference.repository), signer, values.format, connection, runtime);
  await addToRecord(values.record, connection, digest, { signature: part }, runtime);
  return { digest, keyId: part.keyId, format: part.format };
}
