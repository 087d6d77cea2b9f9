import { asString, eitherSignal, PilotError } from '@harbor-pilot/core';
import type { Tries } from '@harbor-pilot/http';
import { hasBlob, isConnectionLost } from './blobs.ts';
import { repositoryPath } from './names.ts';
import { type Session, urlFrom } from './session.ts';
import type { BlobOutcome, BlobSource } from './types.ts';
import { counted, isOtherPart, sendContent } from './upload-content.ts';

// Below this a request of its own for the content is not worth its round trip.
const largeBlobBytes = 1024 * 1024;

/** How a blob is pushed. */
export interface UploadOptions {
  readonly mountFrom?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The registry was asked already, and lacks it. */
  readonly isMissing?: boolean;
  /** Bytes sent so far in this try. */
  readonly onBytes?: ((sentBytes: number) => void) | undefined;
}

/** Brings a blob to a repository; one that is there already is not sent. */
export async function pushBlob(
  session: Session,
  repository: string,
  blob: BlobSource,
  options: UploadOptions = {},
): Promise<BlobOutcome> {
  const tries = session.http.tries();
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    const isFirst = attempt === 1;
    // Also before another try: the blob may have got there although the answer was lost.
    const isKnown = isFirst && options.isMissing === true;
    if (!isKnown && (await hasBlob(session, repository, blob.descriptor.digest, true))) {
      return isFirst ? 'present' : 'pushed';
    }
    try {
      return await uploadOnce(session, repository, blob, options, tries);
    } catch (error) {
      const wait = mayHeal(error) ? tries.next(retryAfterOf(error)) : undefined;
      if (wait === undefined) throw error;
      await session.clock.sleep(wait, options.signal ?? session.signal);
    }
  }
}

function mayHeal(error: unknown): boolean {
  if (isConnectionLost(error) || isOtherPart(error)) return true;
  if (!(error instanceof PilotError)) return false;
  // An upload that is not known any more is answered with 404, one that has other bytes with 416. Some registries want a
  // repository to be made first, and call it unknown until then.
  const { status, refusalCode } = error.details;
  const isLost = (status === 404 && refusalCode !== 'NAME_UNKNOWN') || status === 416;
  return isLost || ['REGISTRY_UNAVAILABLE', 'RATE_LIMITED'].includes(error.code);
}

function retryAfterOf(error: unknown): string | undefined {
  return error instanceof PilotError ? asString(error.details.retryAfter) : undefined;
}

async function uploadOnce(
  session: Session,
  repository: string,
  blob: BlobSource,
  options: UploadOptions,
  tries: Tries,
): Promise<BlobOutcome> {
  const { digest } = blob.descriptor;
  const started =
    (options.mountFrom === undefined
      ? undefined
      : await mount(session, repository, digest, options.mountFrom, options)) ??
    (await begin(session, repository, digest, options));
  if (started === 'mounted') return 'mounted';
  const signal = eitherSignal(options.signal, session.signal);
  let location = started;
  try {
    const isLarge = blob.descriptor.size >= largeBlobBytes;
    if (isLarge) location = await sendContent(session, repository, blob, location, { ...options, tries });
    signal?.throwIfAborted();
    await finish(session, repository, blob, location, isLarge ? undefined : options);
    return 'pushed';
  } catch (error) {
    await cancel(session, repository, location);
    signal?.throwIfAborted();
    throw error;
  }
}

/** Takes a blob over from another repository. Gives the URL of an upload when the registry began one instead. */
async function mount(
  session: Session,
  repository: string,
  digest: string,
  from: string,
  { signal }: UploadOptions,
): Promise<'mounted' | URL | undefined> {
  const query = new URLSearchParams({ mount: digest, from });
  const response = await session.send({
    method: 'POST',
    target: `${repositoryPath(repository)}/blobs/uploads/?${query}`,
    what: `mount ${digest} from ${from} in ${repository}`,
    // Harbor answers 401 when the source may not be pulled, where the specification wants 202.
    expect: [201, 202, 400, 401, 403, 404, 405],
    repository,
    push: true,
    mountFrom: from,
    attempts: session.http.policy.attempts,
    signal,
  });
  await response.discard();
  if (response.status === 201) return 'mounted';
  return response.status === 202 ? urlFrom(session, response.headers.location, response.url) : undefined;
}

async function begin(session: Session, repository: string, digest: string, { signal }: UploadOptions): Promise<URL> {
  const response = await session.send({
    method: 'POST',
    target: `${repositoryPath(repository)}/blobs/uploads/`,
    what: `push ${digest} to ${repository}`,
    expect: [202],
    repository,
    push: true,
    // An upload that was begun twice does no harm.
    attempts: session.http.policy.attempts,
    signal,
  });
  await response.discard();
  return urlFrom(session, response.headers.location, response.url);
}

/** Ends an upload: with the whole content of a small blob, or after {@link sendContent}. */
async function finish(
  session: Session,
  repository: string,
  { descriptor, open }: BlobSource,
  location: URL,
  content: UploadOptions | undefined,
): Promise<void> {
  // The query that is there is the state of the upload and must stay as it is, byte by byte.
  const separator = location.search === '' ? '?' : '&';
  const response = await session.send({
    method: 'PUT',
    target: new URL(`${location.href}${separator}digest=${encodeURIComponent(descriptor.digest)}`),
    what: `push ${descriptor.digest} to ${repository}`,
    expect: [200, 201, 204],
    headers: { 'content-type': 'application/octet-stream' },
    ...(content === undefined
      ? {}
      : { body: { open: async () => counted(await open(), content.onBytes), sizeBytes: descriptor.size } }),
    repository,
    push: true,
    // What a broken try left behind spoils the upload (distribution 2.8 forgets it then): it is begun anew instead.
    attempts: 1,
    timeoutSeconds: session.http.policy.storeSeconds,
    signal: content?.signal,
  });
  await response.discard();
}

/** Tells the registry to forget an upload. Not stopped by the signal: a cancelled job cleans up, too. */
async function cancel(session: Session, repository: string, location: URL): Promise<void> {
  const call = { target: location, what: 'cancel an upload', repository, push: true, attempts: 1, timeoutSeconds: 5 };
  await session
    .sendAfterAbort({ method: 'DELETE', expect: [200, 202, 204], ...call })
    .then((response) => response.discard())
    .catch(() => {
      // The registry forgets it by itself, later.
    });
}
