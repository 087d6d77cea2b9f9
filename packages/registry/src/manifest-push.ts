import { eitherSignal, PilotError } from '@harbor-pilot/core';
import { type Content, type Descriptor, isDigest } from '@harbor-pilot/oci';
import { findManifest } from './manifests.ts';
import { manifestName, manifestPath } from './names.ts';
import type { Session } from './session.ts';

/** What PUT of a manifest told. */
export interface PutOutcome {
  /** The registry keeps the list of referrers itself (`OCI-Subject`, distribution spec 1.1.1). */
  readonly isSubjectKnown: boolean;
}

/** Stands for the digest of a tag that does not exist yet. */
export const notThere = 'not there';

/** How a manifest is pushed. */
export interface PushManifestOptions {
  /** What the tag had when the task began: it is left alone when another job has moved it since. */
  readonly heldBefore?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sets a tag, or pushes by digest. What is there already is left alone: Harbor refuses an immutable tag even when the
 * digest is the same (observed on 2.12 to 2.15), and a job must be able to run twice.
 * @throws PilotError TAG_IMMUTABLE when the tag holds another digest; TAG_MOVED when another job has set it meanwhile.
 */
export async function pushManifest(
  session: Session,
  repository: string,
  content: Content,
  tag: string | undefined,
  { heldBefore, signal }: PushManifestOptions = {},
): Promise<Descriptor> {
  const { digest } = content.descriptor;
  const name = tag ?? digest;
  const held = await digestHeld(session, repository, name);
  if (held === digest) return content.descriptor;
  if (heldBefore !== undefined && held !== undefined && held !== heldBefore) {
    throw moved(session, repository, name, `was ${heldBefore} and is ${held} now; it was not set to ${digest}`);
  }
  try {
    await putManifest(session, repository, content, name, signal);
  } catch (error) {
    if (!(error instanceof PilotError) || error.code !== 'TAG_IMMUTABLE') throw error;
    // A first try may have got through although its answer was lost.
    const now = await digestHeld(session, repository, name);
    if (now !== digest) throw immutable(session, repository, name, content.descriptor, now, error);
  }
  if (tag !== undefined) await confirmTag(session, repository, tag, digest);
  return content.descriptor;
}

/** Reads a tag again that was just set: there is no way to set it only if nobody else does. */
async function confirmTag(session: Session, repository: string, tag: string, digest: string): Promise<void> {
  const now = await digestHeld(session, repository, tag);
  if (now !== undefined && now !== digest) {
    throw moved(session, repository, tag, `was set to ${digest}, and is ${now} now`);
  }
}

function moved(session: Session, repository: string, tag: string, what: string): PilotError {
  return new PilotError('TAG_MOVED', `${session.host}/${repository}:${tag} ${what}: another job has moved it`, {
    hint: 'Use the digest, which nobody moves; let jobs that set the same tag run one after the other.',
    details: { tag },
  });
}

/**
 * Sends a manifest, whatever is there. Distribution 2.8 calls the digest of a good manifest wrong while another job sets
 * the same tag, or pushes the same manifest.
 */
export async function putManifest(
  session: Session,
  repository: string,
  content: Content,
  tagOrDigest: string,
  signal?: AbortSignal,
): Promise<PutOutcome> {
  const tries = session.http.tries();
  for (;;) {
    try {
      return await putOnce(session, repository, content, tagOrDigest, signal);
    } catch (error) {
      const isDoubted = error instanceof PilotError && error.details.refusalCode === 'DIGEST_INVALID';
      const wait = isDoubted ? tries.next() : undefined;
      if (wait === undefined) throw error;
      await session.clock.sleep(wait, eitherSignal(signal, session.signal));
    }
  }
}

async function putOnce(
  session: Session,
  repository: string,
  { descriptor, bytes }: Content,
  tagOrDigest: string,
  signal: AbortSignal | undefined,
): Promise<PutOutcome> {
  const response = await session.send({
    method: 'PUT',
    target: manifestPath(repository, tagOrDigest),
    what: `push ${manifestName(repository, tagOrDigest)}`,
    expect: [200, 201, 202],
    headers: { 'content-type': descriptor.mediaType },
    body: bytes,
    repository,
    push: true,
    signal,
  });
  await response.discard();
  const stored = response.headers['docker-content-digest'] ?? '';
  if (
    isDigest(stored) &&
    stored !== descriptor.digest &&
    stored.startsWith('sha256:') === descriptor.digest.startsWith('sha256:')
  ) {
    throw new PilotError('DIGEST_MISMATCH', `${session.host} stored ${descriptor.digest} as ${stored}`, {
      hint: 'The registry or a proxy before it changes what is pushed.',
    });
  }
  return { isSubjectKnown: (response.headers['oci-subject'] ?? '') !== '' };
}

/** The digest that a tag or digest has in the registry, or undefined when there is none or the registry does not tell: a push must not depend on it. */
export async function digestHeld(session: Session, repository: string, name: string): Promise<string | undefined> {
  try {
    return (await findManifest(session, repository, name, { isForPush: true }))?.digest;
  } catch (error) {
    if (error instanceof PilotError && ['PULL_REFUSED', 'AUTH_DENIED', 'REFERENCE_NOT_FOUND'].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

function immutable(
  session: Session,
  repository: string,
  tag: string,
  wanted: Descriptor,
  held: string | undefined,
  cause: PilotError,
): PilotError {
  const holder = held === undefined ? 'holds other content' : `is ${held}`;
  return new PilotError(
    'TAG_IMMUTABLE',
    `${session.host}/${repository}:${tag} is immutable and ${holder}; it was not set to ${wanted.digest}`,
    { cause, hint: cause.hint, details: { tag, digest: wanted.digest } },
  );
}
