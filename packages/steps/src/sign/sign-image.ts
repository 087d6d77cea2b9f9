import { formatCount, printable, secondsSince, together } from '@harbor-pilot/core';
import { type ContentSource, type Descriptor, isIndexType } from '@harbor-pilot/oci';
import {
  assertAcceptedByHarbor,
  chooseFormat,
  digestsToSign,
  type ExistingSignatures,
  explainImmutableSignature,
  findSignatures,
  type SignedDigest,
  type SigningFormat,
  signDigests,
} from '@harbor-pilot/sign';
import type { Runtime, SignaturePart } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { findDigest } from '../subject.ts';
import type { SigningParty, SigningPlan, SignValues } from './plan.ts';
import { type Server, serverOf } from './server.ts';
import { isKeyless } from './who-signs.ts';

/** Harbor lists a signature at once; this is for one that is slow. */
const acceptanceTimeoutSeconds = 20;

/** The inputs that say which digest is meant. */
type DigestValues = Parameters<typeof findDigest>[0];

/** An image, and where it is. */
export interface SignTarget {
  readonly root: Descriptor;
  readonly source: ContentSource;
  readonly connection: Connection;
  readonly server: Server;
}

/** What is to be signed, in which form. */
export interface SigningTask {
  readonly target: SignTarget;
  readonly digests: readonly Descriptor[];
  readonly format: SigningFormat;
  /** What is signed already, where it was looked for. */
  readonly existing?: ExistingSignatures;
}

/** Finds out what of an image is to be signed, and in which form its Harbor recognises that. */
export async function taskOf(
  target: SignTarget,
  { format, isRecursive }: Pick<SigningPlan, 'format' | 'isRecursive'>,
  { warn }: Runtime,
): Promise<SigningTask> {
  const { root, source, server } = target;
  if (!isRecursive && isIndexType(root.mediaType)) {
    warn(
      'the images of the index are not signed: a policy of Harbor looks for the signature of exactly what is pulled',
    );
  }
  return {
    target,
    digests: isRecursive ? await digestsToSign(source, root) : [root],
    format: format === 'auto' ? formatFor(server) : format,
  };
}

/**
 * Finds what the inputs of the step name, and what is signed of it already.
 * @throws PilotError what finding the digest throws, and reading from the registry.
 */
export async function findTask(values: SignValues & DigestValues, runtime: Runtime): Promise<SigningTask> {
  const connection = await connect(values, runtime);
  const { registry, reference } = connection;
  const { repository } = reference;
  const digest = await findDigest(values, connection, runtime);
  const [root, server] = await together([
    () => registry.resolve(repository, digest),
    () => serverOf(connection, runtime),
  ]);
  const target = { root, source: registry.source(repository), connection, server };
  const task = await taskOf(target, { format: values.format, isRecursive: values.recursive }, runtime);
  // What has a certificate or witnesses is signed anew in any case.
  if (isKeyless(values) || values.signingConfig !== undefined) return task;
  return { ...task, existing: await findSignatures({ registry, repository, ...task }) };
}

/** Signs an image, its children first, and makes sure that Harbor takes the signatures for what they are. */
export async function sign(
  { target, digests, format, existing }: SigningTask,
  plan: SigningPlan,
  runtime: Runtime,
): Promise<SignaturePart> {
  const begin = runtime.clock.now();
  const { clock, signal } = runtime;
  const { connection, server } = target;
  const { registry, harbor, project, name, reference } = connection;
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
    existing,
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
    puller: registryFor(reference.registry, reference.repository),
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
