import { eitherSignal, PilotError } from '@harbor-pilot/core';
import type { Tries } from '@harbor-pilot/http';
import type { Descriptor, PassingContent } from '@harbor-pilot/oci';
import { isConnectionLost } from './blobs.ts';
import { abortedAfter } from './late-signal.ts';
import { type Session, urlFrom } from './session.ts';
import type { BlobSource } from './types.ts';

/** Time for the answer to what was sent before an interrupt. */
const answerMilliseconds = 5000;

/** How content is sent. */
export interface ContentOptions {
  /** Those of the whole upload: going on after a broken try is one more. */
  readonly tries: Tries;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((sentBytes: number) => void) | undefined;
}

/** What a registry has of an upload. */
interface UploadState {
  readonly location: URL;
  readonly heldBytes: number;
}

/**
 * Sends the content of a large blob into its upload, and gives the upload's next address. Where the connection is lost it
 * goes on from what the registry has, if the registry tells: distribution 3 and zot do, 2.8 and so Harbor do not.
 */
export async function sendContent(
  session: Session,
  repository: string,
  blob: BlobSource,
  location: URL,
  options: ContentOptions,
): Promise<URL> {
  let state: UploadState = { location, heldBytes: 0 };
  for (;;) {
    try {
      return await sendRest(session, repository, blob, state, options);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      const held = await askState(session, repository, location).catch(() => undefined);
      const wait = held === undefined || held.heldBytes >= blob.descriptor.size ? undefined : options.tries.next();
      if (held === undefined || wait === undefined) throw error;
      await session.clock.sleep(wait, eitherSignal(options.signal, session.signal));
      state = held;
    }
  }
}

/**
 * Sends what the registry does not have. An interrupt ends the body in good order: a registry of distribution 2.8 knows an
 * upload only by the address that it gave last, so one whose request was cut off can never be cancelled.
 */
async function sendRest(
  session: Session,
  repository: string,
  { descriptor, open }: BlobSource,
  { location, heldBytes }: UploadState,
  { signal, onBytes }: ContentOptions,
): Promise<URL> {
  const { digest, size } = descriptor;
  const until = eitherSignal(signal, session.signal) ?? new AbortController().signal;
  const late = abortedAfter(until, answerMilliseconds);
  const range = heldBytes === 0 ? {} : { 'content-range': `${heldBytes}-${size - 1}` };
  try {
    const response = await session.sendAfterAbort({
      method: 'PATCH',
      target: location,
      what: `push ${digest} to ${repository}`,
      expect: [202, 204],
      headers: { 'content-type': 'application/octet-stream', ...range },
      body: { open: async () => counted(await open(), onBytes, heldBytes), sizeBytes: size - heldBytes, until },
      repository,
      push: true,
      // The same address is not good twice: what the registry has is asked first.
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

/** Asks what a registry has of an upload; undefined when it does not tell, or has nothing. */
async function askState(session: Session, repository: string, upload: URL): Promise<UploadState | undefined> {
  // Without the query, which holds a state that is not true any more.
  const response = await session.send({
    method: 'GET',
    target: new URL(upload.pathname, upload),
    what: 'read the state of an upload',
    expect: [200, 204],
    repository,
    push: true,
  });
  await response.discard();
  const last = Number(rangePattern.exec(response.headers.range ?? '')?.[1]);
  // "0-0" is said of an upload with no byte as well as with one.
  if (!(last > 0)) return undefined;
  return { location: urlFrom(session, response.headers.location ?? upload.href, response.url), heldBytes: last + 1 };
}

const rangePattern = /^(?:bytes=)?0-(\d+)$/;

/** A registry that has another part of the content than was sent must not get the rest: distribution 2.8 takes chunks in any order. */
function checkRange(range: string | undefined, { digest, size }: Descriptor): void {
  if (range === undefined || Number(rangePattern.exec(range)?.[1]) === size - 1) return;
  throw new PilotError('ANSWER_UNEXPECTED', `the registry has the bytes ${range} of ${digest}, which has ${size}`, {
    hint: 'Look at what stands between here and the registry: a proxy may have changed the request.',
    details: { range },
  });
}

/** Whether a registry has another part of the content than was sent to it. */
export function isOtherPart(error: unknown): boolean {
  return error instanceof PilotError && error.details.range !== undefined;
}

/** Content from some byte on, that tells how far it has got. */
export function counted(
  content: PassingContent,
  onBytes: ((sentBytes: number) => void) | undefined,
  fromByte = 0,
): PassingContent {
  const count = async function* () {
    let passed = 0;
    for await (const chunk of content) {
      const skipped = Math.max(0, fromByte - passed);
      passed += chunk.length;
      if (passed <= fromByte) continue;
      yield chunk.subarray(skipped);
      onBytes?.(passed);
    }
  };
  return Object.assign(count(), { destroy: () => content.destroy?.() });
}
