import { randomUUID } from 'node:crypto';
import type { Harbor } from '../harbor.ts';
import { requireRoom } from '../policy/quota.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, type Refusal } from '../server/refusal.ts';
import type { Project } from '../store/projects.ts';
import { digestInvalid, registryFault, registryHeaders } from './faults.ts';
import { digestProblem } from './target.ts';
import { formatState, parseState } from './upload-state.ts';

const bytesType = 'application/octet-stream';

interface UploadTarget {
  readonly repository: string;
  readonly upload: string;
}

/** Starts an upload, or mounts a blob that another repository has. */
export async function startUpload(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  repository: string,
): Promise<void> {
  const [mount, from] = [exchange.query.get('mount') ?? '', exchange.query.get('from') ?? ''];
  const sizeBytes = mount === '' ? 0 : harbor.contents.sizeOf(mount);
  // What to mount counts even if it is not to be had; what nobody has does not count (v2.15.2, src/server/middleware/quota).
  if (sizeBytes !== undefined && !harbor.quotas.holds(project.id, mount)) requireRoom(harbor, project, sizeBytes);
  if (sizeBytes !== undefined && from !== '' && harbor.contents.isLinked(from, mount)) {
    return keepBlob(harbor, exchange, project, { repository, digest: mount, sizeBytes });
  }
  const upload = randomUUID();
  await harbor.blobFiles.begin(upload);
  harbor.uploads.begin(upload, repository);
  describeUpload(harbor, exchange, 202, { repository, upload }, 0);
}

/** Answers POST to the address of an upload: another one starts. */
export async function startUploadAgain(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: UploadTarget,
): Promise<void> {
  await requireUpload(harbor, exchange, target);
  await startUpload(harbor, exchange, project, target.repository);
}

/** Says how far an upload is. */
export async function showUpload(harbor: Harbor, exchange: Exchange, target: UploadTarget): Promise<void> {
  const sizeBytes = await requireUpload(harbor, exchange, target);
  describeUpload(harbor, exchange, 204, target, sizeBytes);
}

/**
 * Adds the body to an upload. Like the registry of Harbor 2.15, it does not look at Content-Range.
 * @throws Refusal 500 for a body that does not call itself a stream of bytes.
 */
export async function appendToUpload(harbor: Harbor, exchange: Exchange, target: UploadTarget): Promise<void> {
  await requireUpload(harbor, exchange, target);
  if (!['', bytesType].includes(exchange.header('content-type') ?? '')) {
    throw registryFault(500, { code: 'UNKNOWN', message: 'unknown error', detail: {} });
  }
  const sizeBytes = await harbor.blobFiles.append(target.upload, exchange.request);
  describeUpload(harbor, exchange, 202, target, sizeBytes);
}

/**
 * Adds the body to an upload, if there is one, and makes it a blob if it has the digest that the client says. That may be
 * of any known algorithm; the answer names the SHA-256 digest (distribution 2.8.3, registry/storage/blobwriter.go). With
 * another digest the upload stays, for another try: the registry means to end it and fails (2.8.2, handlers/blobupload.go).
 */
export async function finishUpload(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: UploadTarget,
): Promise<void> {
  const digest = exchange.query.get('digest') ?? '';
  await requireRoomForUpload(harbor, exchange, project, target, digest);
  let sizeBytes = await requireUpload(harbor, exchange, target);
  if (digestProblem(digest) !== undefined) {
    throw registryFault(400, { ...digestInvalid, detail: 'digest parsing failed' });
  }
  if (exchange.hasBody) sizeBytes = await harbor.blobFiles.append(target.upload, exchange.request);
  const [algorithm] = digest.split(':');
  if ((await harbor.blobFiles.digestOfUpload(target.upload, algorithm)) !== digest) {
    throw registryFault(400, { ...digestInvalid, detail: { Digest: digest, Reason: {} } });
  }
  const canonical = await harbor.blobFiles.digestOfUpload(target.upload);
  await harbor.blobFiles.finish(target.upload, canonical);
  harbor.uploads.end(target.upload);
  if (digest !== canonical) harbor.contents.alias(target.repository, digest, canonical);
  keepBlob(harbor, exchange, project, { repository: target.repository, digest: canonical, sizeBytes });
}

/**
 * Refuses to finish an upload that has no room, before anything else is looked at: the upload stays, for another try. What
 * counts is the length of this request, or of what came before when it brings nothing.
 * @throws Refusal 400 without a digest, 403 without room.
 */
async function requireRoomForUpload(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  target: UploadTarget,
  digest: string,
): Promise<void> {
  const isKnown = harbor.uploads.exists(target.upload, target.repository);
  const lengthBytes = Number(exchange.header('content-length') ?? 0);
  const addedBytes = lengthBytes || (isKnown ? await harbor.blobFiles.sizeOfUpload(target.upload) : 0);
  if (digest === '') throw badRequest(addedBytes === 0 ? 'require digest' : 'exist blob require digest');
  if (addedBytes > 0 && !harbor.quotas.holds(project.id, digest)) requireRoom(harbor, project, addedBytes);
}

/** Gives an upload up. */
export async function cancelUpload(harbor: Harbor, exchange: Exchange, target: UploadTarget): Promise<void> {
  await requireUpload(harbor, exchange, target);
  harbor.uploads.end(target.upload);
  await harbor.blobFiles.cancel(target.upload);
  exchange.empty(204, { ...registryHeaders, 'Docker-Upload-Uuid': target.upload });
}

/** An upload that never was, or is over. */
export const uploadUnknown = (detail?: object): Refusal =>
  registryFault(404, { code: 'BLOB_UPLOAD_UNKNOWN', message: 'blob upload unknown to registry', detail });

/** The size of an upload so far, if the request's address is its latest one. */
async function requireUpload(harbor: Harbor, exchange: Exchange, target: UploadTarget): Promise<number> {
  const state = parseState(harbor.settings, exchange.query.get('_state') ?? '');
  const invalid = { code: 'BLOB_UPLOAD_INVALID', message: 'blob upload invalid' };
  if (state === undefined) throw registryFault(404, { ...invalid, detail: {} });
  if (state.upload !== target.upload || state.repository !== target.repository) throw registryFault(404, invalid);
  if (!harbor.uploads.exists(target.upload, target.repository)) throw uploadUnknown({});
  const sizeBytes = await harbor.blobFiles.sizeOfUpload(target.upload);
  if (sizeBytes !== state.offsetBytes) throw registryFault(404, invalid);
  return sizeBytes;
}

function describeUpload(
  harbor: Harbor,
  exchange: Exchange,
  status: number,
  target: UploadTarget,
  sizeBytes: number,
): void {
  const { repository, upload } = target;
  const state = formatState(harbor.settings, { repository, upload, offsetBytes: sizeBytes });
  exchange.empty(status, {
    ...registryHeaders,
    'Docker-Upload-Uuid': upload,
    Location: `${exchange.origin}/v2/${repository}/blobs/uploads/${upload}?_state=${state}`,
    Range: `0-${Math.max(0, sizeBytes - 1)}`,
  });
}

function keepBlob(
  harbor: Harbor,
  exchange: Exchange,
  project: Project,
  blob: { readonly repository: string; readonly digest: string; readonly sizeBytes: number },
): void {
  harbor.database.transaction(() => {
    harbor.contents.link(blob.repository, blob.digest, blob.sizeBytes);
    harbor.quotas.count(project.id, blob.digest);
  });
  exchange.empty(201, {
    ...registryHeaders,
    'Docker-Content-Digest': blob.digest,
    Location: `${exchange.origin}/v2/${blob.repository}/blobs/${blob.digest}`,
  });
}
