import { inParallel, PilotError } from '@harbor-pilot/core';
import {
  type Content,
  type Descriptor,
  type Digest,
  formatIndex,
  manifestSizeLimitBytes,
  mediaTypes,
  parseManifest,
} from '@harbor-pilot/oci';
import { putManifest } from './manifest-push.ts';
import { findManifest, getManifest } from './manifests.ts';
import { referrersTag, repositoryPath } from './names.ts';
import { pages } from './pages.ts';
import type { Session } from './session.ts';
import type { PushedReferrer } from './types.ts';

const tagUpdateAttempts = 5;

/**
 * The referrers of a subject, each once: from the referrers API, or from the tag that stands in for it
 * (distribution spec 1.1.1, "Listing Referrers").
 */
export async function* listReferrers(
  session: Session,
  repository: string,
  subject: Digest,
  artifactType: string | undefined,
): AsyncGenerator<Descriptor> {
  const seen = new Set<Digest>();
  for await (const referrer of everyReferrer(session, repository, subject, artifactType)) {
    // Filtering is the registry's choice, so it is done here in any case.
    if (seen.has(referrer.digest) || (artifactType !== undefined && referrer.artifactType !== artifactType)) continue;
    seen.add(referrer.digest);
    yield referrer;
  }
}

async function* everyReferrer(
  session: Session,
  repository: string,
  subject: Digest,
  artifactType: string | undefined,
): AsyncGenerator<Descriptor> {
  const query = artifactType === undefined ? '' : `?${new URLSearchParams({ artifactType })}`;
  const ask = (target: string | URL) =>
    session.send({
      method: 'GET',
      target,
      what: `list the referrers of ${subject} in ${repository}`,
      // A registry without it should answer 404; some answer 400 or 406, as go-containerregistry knows, too.
      expect: [200, 400, 404, 405, 406],
      headers: { accept: mediaTypes.ociIndex },
      repository,
    });
  for await (const page of pages(`${repositoryPath(repository)}/referrers/${subject}${query}`, session, ask)) {
    if (page.status !== 200 || !(page.headers['content-type'] ?? '').startsWith(mediaTypes.ociIndex)) {
      await page.discard();
      const listed = await referrersByTag(session, repository, subject);
      // Who deletes a manifest often leaves it in the list.
      const found = await inParallel(listed, ({ digest }) => findManifest(session, repository, digest));
      yield* listed.filter((_, position) => found[position] !== undefined);
      return;
    }
    yield* manifestsOf(await page.bytes(manifestSizeLimitBytes));
  }
}

function manifestsOf(bytes: Uint8Array): readonly Descriptor[] {
  const parsed = parseManifest(bytes, mediaTypes.ociIndex);
  return parsed.kind === 'index' ? parsed.index.manifests : [];
}

async function referrersByTag(
  session: Session,
  repository: string,
  subject: Digest,
  isForPush = false,
): Promise<readonly Descriptor[]> {
  try {
    const content = await getManifest(session, repository, referrersTag(subject), { isForPush });
    return content.descriptor.mediaType === mediaTypes.ociIndex ? manifestsOf(content.bytes) : [];
  } catch (error) {
    if (error instanceof PilotError && error.code === 'REFERENCE_NOT_FOUND') return [];
    throw error;
  }
}

/**
 * Pushes a manifest that has a subject, and adds it to the referrers tag where the registry keeps no list itself.
 * @throws PilotError STATE_CONFLICT when others change that tag all the time.
 */
export async function pushReferrer(session: Session, repository: string, content: Content): Promise<PushedReferrer> {
  const { subject, ...entry } = referrerEntry(content);
  const { isSubjectKnown } = await putManifest(session, repository, content, content.descriptor.digest);
  const isTagSet = !isSubjectKnown && (await addToTag(session, repository, subject, entry));
  return { ...content.descriptor, isTagSet };
}

function referrerEntry({ descriptor, bytes }: Content): Descriptor & { readonly subject: Digest } {
  const parsed = parseManifest(bytes, descriptor.mediaType);
  const document = parsed.kind === 'manifest' ? parsed.manifest : parsed.index;
  if (document.subject === undefined) {
    throw new PilotError('INTERNAL', `the manifest ${descriptor.digest} has no subject, so it refers to nothing`);
  }
  const artifactType =
    document.artifactType ?? (parsed.kind === 'manifest' ? parsed.manifest.config.mediaType : undefined);
  return {
    ...descriptor,
    subject: document.subject.digest,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
  };
}

/**
 * The tag is read again after it was set: another job may have set it at the same time, and lost this entry.
 * @returns whether it had to be set.
 */
async function addToTag(session: Session, repository: string, subject: Digest, entry: Descriptor): Promise<boolean> {
  const tries = session.http.tries(tagUpdateAttempts);
  const list = () => referrersByTag(session, repository, subject, true);
  const isListed = (listed: readonly Descriptor[]): boolean => listed.some(({ digest }) => digest === entry.digest);
  for (let isSet = false; ; isSet = true) {
    const listed = await list();
    if (isListed(listed)) return isSet;
    const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [...listed, entry] });
    await putManifest(session, repository, index, referrersTag(subject));
    if (isListed(await list())) return true;
    const wait = tries.next();
    if (wait === undefined) throw lost(session, repository, subject, entry);
    // Jobs that meet here would meet again if none of them waited.
    await session.clock.sleep(wait, session.signal);
  }
}

function lost(session: Session, repository: string, subject: Digest, entry: Descriptor): PilotError {
  return new PilotError(
    'STATE_CONFLICT',
    `${session.host}/${repository}:${referrersTag(subject)} does not keep ${entry.digest}: others change it all the time`,
    { hint: 'Try again when no other job signs the same image.' },
  );
}
