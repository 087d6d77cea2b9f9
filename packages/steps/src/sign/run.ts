import { formatCount, printable, secondsSince, together } from '@harbor-pilot/core';
import { type ContentSource, type Descriptor, isIndexType } from '@harbor-pilot/oci';
import {
  assertAcceptedByHarbor,
  chooseFormat,
  digestsToSign,
  explainImmutableSignature,
  type SignedDigest,
  type SigningFormat,
  signDigests,
} from '@harbor-pilot/sign';
import type { InputValues, OutputValues, Runtime, SignaturePart } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { refuseForks } from '../forks.ts';
import { addToRecord } from '../record-file.ts';
import { findDigest } from '../subject.ts';
import type { signStepInputs, signStepOutputs } from './inputs.ts';
import { planSigning, type SigningParty, type SigningPlan } from './plan.ts';
import { type Server, serverOf } from './server.ts';

/** Harbor lists a signature at once; this is for one that is slow. */
const acceptanceTimeoutSeconds = 20;

/** An image, and where it is. */
export interface SignTarget {
  readonly root: Descriptor;
  readonly source: ContentSource;
  readonly connection: Connection;
  readonly server: Server;
}

/** Signs an image, its children first, and makes sure that Harbor takes the signatures for what they are. */
export async function sign(
  { root, source, connection, server }: SignTarget,
  plan: SigningPlan,
  runtime: Runtime,
): Promise<SignaturePart> {
  const begin = runtime.clock.now();
  const { clock, signal } = runtime;
  const { registry, harbor, project, name, reference } = connection;
  const format = plan.format === 'auto' ? formatFor(server) : plan.format;
  const digests = plan.isRecursive ? await digestsToSign(source, root) : [root];
  if (!plan.isRecursive && isIndexType(root.mediaType)) {
    runtime.warn(
      'the images of the index are not signed: a policy of Harbor looks for the signature of exactly what is pulled',
    );
  }
  const party = await plan.open();
  const { signer, certificate, witnesses } = party;
  const witnessedBy = witnessesOf(party, format, runtime);
  const { annotations } = plan;
  const { repository } = reference;
  const signed = await signDigests({
    registry,
    repository,
    digests,
    signer,
    witnesses,
    format,
    annotations,
    clock,
    signal,
  }).catch(async (error: unknown) => {
    throw await explainImmutableSignature(error, { harbor, project, repository: name });
  });
  const accepted = await assertAccepted(server, signed, connection, runtime);
  const count = formatCount(digests.length, 'digest');
  const by = certificate === undefined ? `with the key ${signer.keyId}` : `as ${printable(certificate.identity)}`;
  const witnessed =
    witnessedBy.length === 0 ? '' : `, witnessed by ${witnessedBy.map((one) => names[one]).join(' and ')}`;
  runtime.info(`  ${count} signed ${by} in the form "${format}"${witnessed}; ${accepted}`);
  return {
    format,
    keyId: signer.keyId,
    ...(certificate === undefined ? {} : { certificate }),
    witnessedBy,
    signed,
    acceptedByHarbor: server.kind === 'harbor',
    durationSeconds: secondsSince(begin, clock),
  };
}

/** What testifies to every signature. */
function witnessesOf(
  { witnessedBy }: SigningParty,
  format: SigningFormat,
  { warn }: Runtime,
): NonNullable<SignaturePart['witnessedBy']> {
  const [all, classic] = [witnessedBy('bundle'), witnessedBy('classic')];
  if (format === 'bundle' || classic.length === all.length) return all;
  warn(
    'the classic signatures have no entry of the log: they have no room for what Rekor 2 says. Who asks for an entry takes only the form "bundle", which Harbor recognises since 2.15.',
  );
  return classic;
}

const names = { 'transparency-log': 'a transparency log', timestamp: 'a timestamp authority' } as const;

function formatFor(server: Server): SigningFormat {
  if (server.kind === 'registry') return chooseFormat(undefined);
  return chooseFormat(server.kind === 'harbor' ? server.version : '');
}

/** @returns what came out, for the log. */
async function assertAccepted(
  server: Server,
  signed: readonly SignedDigest[],
  { harbor, project, name, reference, registryFor }: Connection,
  { clock, signal, info, warn }: Runtime,
): Promise<string> {
  if (server.kind === 'registry') return 'in a registry without Harbor’s API';
  if (server.kind === 'silent') {
    warn(`whether Harbor takes the signatures cannot be checked: ${server.reason}`);
    return 'in a Harbor whose API does not answer';
  }
  const refused = await assertAcceptedByHarbor({
    harbor,
    puller: registryFor(reference.registry),
    project,
    repository: name,
    signed,
    clock,
    timeoutSeconds: acceptanceTimeoutSeconds,
    signal,
  });
  for (const { digest, reason } of refused) {
    info(`  ${digest} is signed, but cannot be pulled yet, which is not for its signature: ${reason}`);
  }
  return `accepted by Harbor ${server.version}`.trimEnd();
}

/** Runs the step `sign`. */
export async function runSign(
  values: InputValues<typeof signStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof signStepOutputs>> {
  await refuseForks('sign', values.allowForks, runtime);
  // To open a key takes longer than all else: a password is made a key slowly on purpose.
  const [plan, target] = await together(
    [(signal) => planSigning(values, { ...runtime, signal }), (signal) => findTarget(values, { ...runtime, signal })],
    runtime.signal,
  );
  const part = await sign(target, plan, runtime);
  const { connection, root } = target;
  const { digest } = root;
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

async function findTarget(values: InputValues<typeof signStepInputs>, runtime: Runtime): Promise<SignTarget> {
  const connection = await connect(values, runtime);
  const { registry, reference } = connection;
  const digest = await findDigest(values, connection, runtime);
  const [root, server] = await together([
    () => registry.resolve(reference.repository, digest),
    () => serverOf(connection, runtime),
  ]);
  return { root, source: registry.source(reference.repository), connection, server };
}

/** One signature a line: the digest that was signed, and the manifest that holds the signature. */
function listOf({ signed }: SignaturePart): string {
  return signed.map(({ digest, signatureDigest }) => `${digest} ${signatureDigest}`).join('\n');
}
