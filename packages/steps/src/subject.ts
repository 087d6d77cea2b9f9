import { PilotError } from '@harbor-pilot/core';
import { type Descriptor, type Digest, formatPlatform, parseDigest, parseManifest } from '@harbor-pilot/oci';
import type { ReleaseRecord, Runtime } from '@harbor-pilot/step-kit';
import type { RegistryConnection } from './connect.ts';
import { readRecord } from './record-file.ts';

/**
 * The one digest that a step is about: the input, the one in `image`, the one of the record, or what the tag is now.
 * They must not contradict each other: nobody shall sign or roll out another image than the one that is meant.
 * @param resolve tells what a tag is, the registry unless said otherwise.
 * @throws PilotError INPUT_INVALID when nothing says which; REFERENCE_NOT_FOUND when the tag does not exist;
 *   RECORD_MISMATCH when the record is about another digest than the one given, or than the tag is now.
 */
export async function findDigest(
  values: { readonly digest: string | undefined; readonly record: string },
  connection: RegistryConnection,
  runtime: Runtime,
  resolve = async (tag: string): Promise<Digest> =>
    (await connection.registry.resolve(connection.reference.repository, tag)).digest,
): Promise<Digest> {
  const { digest: named, tag } = connection.reference;
  const given = values.digest === undefined ? named : parseDigest(values.digest);
  if (given !== undefined && named !== undefined && given !== named) throw contradiction('the image', named, given);
  const record = await readRecord(values.record, connection, runtime);
  const meant = given ?? (tag === undefined ? undefined : await digestOfTag(tag, record, resolve, runtime));
  if (record !== undefined && meant !== undefined && record.digest !== meant) {
    throw contradiction(`the record ${values.record}`, record.digest, meant);
  }
  const digest = meant ?? record?.digest;
  if (digest !== undefined) return digest;
  throw new PilotError('INPUT_INVALID', 'no digest and no tag is given', {
    hint: 'Give the input digest, or write the image as project/repository@sha256:… or project/repository:tag.',
  });
}

/**
 * Makes sure that an image which names a digest means the one that was built or is pushed.
 * @throws PilotError RECORD_MISMATCH
 */
export function requireNamedDigest({ reference }: RegistryConnection, actual: Digest): void {
  const { digest } = reference;
  if (digest !== undefined && digest !== actual) throw contradiction('the image', digest, actual);
}

/** What a tag is now. A tag that an earlier step has not set yet, or that Harbor does not give out, is what the record says. */
async function digestOfTag(
  tag: string,
  record: ReleaseRecord | undefined,
  resolve: (tag: string) => Promise<Digest>,
  runtime: Runtime,
): Promise<Digest> {
  try {
    const digest = await resolve(tag);
    runtime.info(`${tag} is ${digest}`);
    return digest;
  } catch (error) {
    const code = error instanceof PilotError ? error.code : undefined;
    if (record === undefined) throw error;
    if (code !== 'PULL_REFUSED' && (code !== 'REFERENCE_NOT_FOUND' || !mayGet(tag, record))) throw error;
    runtime.info(`${tag} cannot be read yet; the record says ${record.digest}`);
    return record.digest;
  }
}

/** Whether an image may still get a tag: it has been pushed, and wears none of a release yet. Any other tag that is missing is a mistake. */
function mayGet(tag: string, { push, tags }: ReleaseRecord): boolean {
  const worn = tags ?? push?.destinations?.[0]?.tags ?? [];
  return worn.includes(tag) || (push !== undefined && worn.every((one) => one === push.quarantineTag));
}

function contradiction(what: string, one: Digest, other: Digest): PilotError {
  return new PilotError('RECORD_MISMATCH', `${what} is about ${one}, not about ${other}`, {
    hint: 'Hand on the record of this run, remove the one of an earlier run or name another file as the input record, or leave the tag or digest out.',
  });
}

/** What an image consists of: itself, and the children when it is an index. */
export interface ImageTree {
  readonly root: Descriptor;
  readonly children: readonly Descriptor[];
}

/** Reads which children an image has; a manifest has none. */
export async function readTree(connection: RegistryConnection, digest: Digest): Promise<ImageTree> {
  const { registry, reference } = connection;
  const { descriptor, bytes } = await registry.fetchManifest(reference.repository, digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  return { root: descriptor, children: parsed.kind === 'index' ? parsed.index.manifests : [] };
}

/** The platform of each child that has one. */
export function platformNames({ children }: ImageTree): ReadonlyMap<Digest, string> {
  return new Map(
    children.flatMap(({ digest, platform }) =>
      platform === undefined ? [] : [[digest, formatPlatform(platform)] as const],
    ),
  );
}
