import { repositoryPath } from './names.ts';
import { type Session, urlFrom } from './session.ts';

/** Begins an upload, sends some bytes, and gives it up: it goes all the way of a push, and makes no blob. */
export async function tryUpload(session: Session, repository: string, bytes: Uint8Array): Promise<'removed' | 'left'> {
  const what = `push to ${repository}`;
  const begun = await session.send({
    method: 'POST',
    target: `${repositoryPath(repository)}/blobs/uploads/`,
    what,
    expect: [202],
    repository,
    push: true,
  });
  await begun.discard();
  const sent = await session.send({
    method: 'PATCH',
    target: urlFrom(session, begun.headers.location, begun.url),
    what,
    expect: [202, 204],
    headers: { 'content-type': 'application/octet-stream', 'content-range': `0-${bytes.length - 1}` },
    body: bytes,
    repository,
    push: true,
    attempts: 1,
  });
  await sent.discard();
  const ended = await session.sendAfterAbort({
    method: 'DELETE',
    target: urlFrom(session, sent.headers.location, sent.url),
    what: 'cancel an upload',
    // Harbor wants "repository: delete" for it, which who pushes need not have.
    expect: [200, 202, 204, 401, 403, 404, 405],
    repository,
    push: true,
    isDelete: true,
    attempts: 1,
  });
  await ended.discard();
  return ended.status < 300 ? 'removed' : 'left';
}
