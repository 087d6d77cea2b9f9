import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { PilotError } from '@harbor-pilot/core';
import type { HttpResponse } from '@harbor-pilot/http';
import { type Descriptor, type Digest, parseDigest, verifyingStream } from '@harbor-pilot/oci';
import { repositoryPath } from './names.ts';
import type { Session } from './session.ts';

const memoryLimitBytes = 64 * 1024 * 1024;

/** Whether the repository has a blob. */
export async function hasBlob(
  session: Session,
  repository: string,
  digest: Digest,
  isForPush = false,
): Promise<boolean> {
  const response = await session.send({
    method: 'HEAD',
    target: blobPath(repository, digest),
    what: `look for ${digest} in ${repository}`,
    // HEAD gives no reason for a refusal; the request that begins the upload does.
    expect: isForPush ? [200, 401, 403, 404] : [200, 404],
    repository,
    push: isForPush,
  });
  await response.discard();
  return response.status === 200;
}

/** All bytes of a small blob, verified. */
export async function fetchBlob(session: Session, repository: string, descriptor: Descriptor): Promise<Uint8Array> {
  if (descriptor.size > memoryLimitBytes) {
    throw new PilotError('CONTENT_HOSTILE', `${descriptor.digest} has ${descriptor.size} bytes, too many for memory`, {
      hint: `Content that is read into memory has at most ${memoryLimitBytes} bytes.`,
    });
  }
  return buffer(await openBlob(session, repository, descriptor));
}

/** A stream of a blob, verified while it is read; where the connection is lost it goes on from there. */
export async function openBlob(session: Session, repository: string, descriptor: Descriptor): Promise<Readable> {
  const first = await getBlob(session, repository, descriptor, 0);
  const content = Readable.from(resuming(session, repository, descriptor, first), {
    objectMode: false,
    highWaterMark: 256 * 1024,
  });
  // The generator cannot be woken while it waits for bytes; closing the answer does.
  content.once('close', () => first.body.destroy());
  return content.compose(verifyingStream(descriptor)) as Readable;
}

async function* resuming(
  session: Session,
  repository: string,
  descriptor: Descriptor,
  first: HttpResponse,
): AsyncGenerator<Buffer> {
  let response = first;
  let offset = 0;
  const tries = session.http.tries();
  for (;;) {
    try {
      for await (const chunk of response.body) {
        offset += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
      return;
    } catch (error) {
      // The length that was announced was wrong: whether the bytes are right is seen to by who reads them.
      if (offset === descriptor.size) return;
      const wait = isConnectionLost(error) ? tries.next() : undefined;
      if (wait === undefined) throw error;
      await session.clock.sleep(wait, session.signal);
      response = await getBlob(session, repository, descriptor, offset);
      if (offset > 0 && response.status !== 206) {
        await response.discard();
        throw error;
      }
    }
  }
}

function getBlob(session: Session, repository: string, { digest }: Descriptor, offset: number): Promise<HttpResponse> {
  return session.send({
    method: 'GET',
    target: blobPath(repository, digest),
    what: `read ${digest} of ${repository}`,
    expect: [200, 206],
    headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
    repository,
  });
}

/** Whether an error is of the connection, so that the same request may be made again. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof PilotError && (error.code === 'NETWORK_UNREACHABLE' || error.code === 'DEADLINE_EXCEEDED');
}

function blobPath(repository: string, digest: Digest): string {
  // Digests come from manifests too: nothing else may get into a URL.
  return `${repositoryPath(repository)}/blobs/${parseDigest(digest)}`;
}
