import { Readable } from 'node:stream';
import { asString, PilotError } from '@harbor-pilot/core';
import type { Descriptor } from '@harbor-pilot/oci';
import { hasBlob, isConnectionLost } from './blobs.ts';
import { abortedAfter } from './late-signal.ts';
import { repositoryPath } from './names.ts';
import { bothSignals, type Session, urlFrom } from './session.ts';
import type { BlobOutcome, BlobSource } from './types.ts';

// Below this a request of its own for the content is not worth its round trip.
const largeBlobBytes = 1024 * 1024;
/** Time for the answer to what was sent before an interrupt. */
const answerMilliseconds = 5000;

/** How a blob is pushed. */
export interface UploadOptions {
  readonly mountFrom?: string | undefined;
  readonly signal?: AbortSignal | undefined;
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
    // Also before another try: the blob may have got there although the answer was lost.
    if (await hasBlob(session, repository, blob.descriptor.digest, true)) return attempt === 1 ? 'present' : 'pushed';
    try {
      return await uploadOnce(session, repository, blob, options);
    } catch (error) {
      const wait = mayHeal(error) ? tries.next(retryAfterOf(error)) : undefined;
      if (wait === undefined) throw error;
      await session.clock.sleep(wait, options.signal ?? session.signal);
    }
  }
}

function mayHeal(error: unknown): boolean {
  if (isConnectionLost(error)) return true;
  // A session of an upload that is not known any more is answered with 404.
  if (!(error instanceof PilotError)) return false;
  return ['REGISTRY_UNAVAILABLE', 'RATE_LIMITED'].includes(error.code) || error.details.status === 404;
}

function retryAfterOf(error: unknown): string | undefined {
  return error instanceof PilotError ? asString(error.details.retryAfter) : undefined;
}

async function uploadOnce(
  session: Session,
  repository: string,
  blob: BlobSource,
  options: UploadOptions,
): Promise<BlobOutcome> {
  const { digest } = blob.descriptor;
  const started =
    (options.mountFrom === undefined
      ? undefined
      : await mount(session, repository, digest, options.mountFrom, options)) ??
    (await begin(session, repository, digest, options));
  if (started === 'mounted') return 'mounted';
  const signal = bothSignals(options.signal, session.signal);
  let location = started;
  try {
    const isLarge = blob.descriptor.size >= largeBlobBytes;
    if (isLarge) location = await sendContent(session, repository, blob, location, options);
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
    attempts: 4,
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
    attempts: 4,
    signal,
  });
  await response.discard();
  return urlFrom(session, response.headers.location, response.url);
}

/**
 * Sends the content of a large blob into its upload, and gives the upload's next address. An interrupt ends the body in good
 * order: a registry of distribution 2.8 knows an upload only by the address that it gave last, so one whose request was
 * cut off can never be cancelled.
 */
async function sendContent(
  session: Session,
  repository: string,
  { descriptor, open }: BlobSource,
  location: URL,
  { signal, onBytes }: UploadOptions,
): Promise<URL> {
  const until = bothSignals(signal, session.signal) ?? new AbortController().signal;
  const late = abortedAfter(until, answerMilliseconds);
  try {
    const response = await session.sendAfterAbort({
      method: 'PATCH',
      target: location,
      what: `push ${descriptor.digest} to ${repository}`,
      expect: [202, 204],
      headers: { 'content-type': 'application/octet-stream' },
      body: { open: async () => counted(await open(), onBytes), sizeBytes: descriptor.size, until },
      repository,
      push: true,
      // What a broken try left behind spoils the upload: it is begun anew instead.
      attempts: 1,
      timeoutSeconds: session.http.policy.storeSeconds,
      signal: late.signal,
    });
    await response.discard();
    if (!until.aborted) checkRange(response.headers.range, descriptor);
    return urlFrom(session, response.headers.location, response.url);
  } finally {
    late.release();
  }
}

/** A registry that has another part of the content than was sent must not get the rest. */
function checkRange(range: string | undefined, { digest, size }: Descriptor): void {
  const end = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '')?.[1];
  if (range === undefined || Number(end) === size - 1) return;
  throw new PilotError('ANSWER_UNEXPECTED', `the registry has the bytes ${range} of ${digest}, which has ${size}`, {
    hint: 'Look at what stands between here and the registry: a proxy may have changed the request.',
  });
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

function counted(content: Readable, onBytes: ((sentBytes: number) => void) | undefined): Readable {
  if (onBytes === undefined) return content;
  const count = async function* () {
    let sent = 0;
    for await (const chunk of content) {
      yield chunk as Buffer;
      sent += (chunk as Buffer).length;
      onBytes(sent);
    }
  };
  return Readable.from(count(), { objectMode: false, highWaterMark: 256 * 1024 });
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
