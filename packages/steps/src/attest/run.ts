import { formatCount } from '@harbor-pilot/core';
import type { Descriptor } from '@harbor-pilot/oci';
import { type AttestedDigest, attestDigests, digestsToSign, parsePredicateType } from '@harbor-pilot/sign';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { refuseForks } from '../forks.ts';
import { planParty } from '../sign/plan.ts';
import { findDigest } from '../subject.ts';
import type { attestStepInputs, attestStepOutputs } from './inputs.ts';
import { attestedOf, readGiven } from './predicates.ts';

/** Runs the step `attest`. */
export async function runAttest(
  values: InputValues<typeof attestStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof attestStepOutputs>> {
  await refuseForks('attest', values.allowForks, runtime);
  const predicateType = parsePredicateType(values.type);
  const given = await readGiven(values, predicateType, runtime);
  const open = await planParty(values, runtime);
  const connection = await connect(values, runtime);
  const digest = await findDigest(values, connection, runtime);
  const subjects = await subjectsOf(digest, values.recursive, connection);
  const attested = await attestedOf({ values, predicateType, given, digest, subjects, connection, runtime });
  const format = values.format === 'classic' ? 'classic' : 'bundle';
  const { signer, certificate, witnesses, witnessedBy } = await open();
  if (witnessedBy(format).length < witnessedBy('bundle').length) {
    runtime.warn(
      'the classic attestation has no entry of the log: it has no room for what Rekor 2 says. Who asks for an entry takes only the form "bundle"',
    );
  }
  const done = await attestDigests({
    registry: connection.registry,
    repository: connection.reference.repository,
    subjects: attested,
    predicateType,
    signer,
    witnesses,
    format,
    clock: runtime.clock,
    signal: runtime.signal,
  });
  const who = certificate?.identity ?? `the key ${signer.keyId}`;
  runtime.info(`  ${predicateType}: ${formatCount(done.length, 'digest')} attested by ${who}${earlier(done)}`);
  return {
    digest,
    predicateType,
    ...(certificate === undefined ? { keyId: signer.keyId } : {}),
    certificateIdentity: certificate?.identity,
    certificateOidcIssuer: certificate?.issuer,
    format,
    attestations: done.map((one) => `${one.digest} ${one.attestationDigest}`),
  };
}

async function subjectsOf(
  digest: Descriptor['digest'],
  isRecursive: boolean,
  { registry, reference }: Connection,
): Promise<readonly Descriptor[]> {
  const root = await registry.resolve(reference.repository, digest);
  return isRecursive ? digestsToSign(registry.source(reference.repository), root) : [root];
}

function earlier(done: readonly AttestedDigest[]): string {
  const count = done.filter(({ isFound }) => isFound).length;
  return count === 0 ? '' : `, ${count === done.length ? 'in an earlier run' : `${count} of them in an earlier run`}`;
}
