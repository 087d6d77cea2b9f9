import { PilotError } from '@harbor-pilot/core';
import { type Content, type Descriptor, isDigest } from '@harbor-pilot/oci';
import { findManifest } from './manifests.ts';
import { manifestName, manifestPath } from './names.ts';
import type { Session } from './session.ts';

/** What PUT of a manifest told. */
export interface PutOutcome {
  /** The registry keeps the list of referrers itself (`OCI-Subject`, distribution spec 1.1.1). */
  readonly isSubjectKnown: boolean;
}

/**
 * Sets a tag, or pushes by digest. What is there already is left alone: Harbor refuses an immutable tag even when the
 * digest is the same (observed on 2.12 to 2.15), and a job must be able to run twice.
 * @throws PilotError TAG_IMMUTABLE when the tag holds another digest.
 */
export async function pushManifest(
  session: Session,
  repository: string,
  content: Content,
  tag: string | undefined,
  signal?: AbortSignal,
): Promise<Descriptor> {
  const name = tag ?? content.descriptor.digest;
  const held = await digestHeld(session, repository, name);
  if (held === content.descriptor.digest) return content.descriptor;
  try {
    await putManifest(session, repository, content, name, signal);
  } catch (error) {
    if (!(error instanceof PilotError) || error.code !== 'TAG_IMMUTABLE') throw error;
    // A first try may have got through although its answer was lost.
    const now = await digestHeld(session, repository, name);
    if (now !== content.descriptor.digest) throw immutable(session, repository, name, content.descriptor, now, error);
  }
  return content.descriptor;
}

/** Sends a manifest, whatever is there. */
export async function putManifest(
  session: Session,
  repository: string,
  { descriptor, bytes }: Content,
  tagOrDigest: string,
  signal?: AbortSignal,
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
    { cause, hint: cause.hint ?? '', details: { tag, digest: wanted.digest } },
  );
}
