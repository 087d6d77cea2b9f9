import { asString, PilotError, parseObject } from '@harbor-pilot/core';
import type { HttpResponse } from '@harbor-pilot/http';
import {
  type Content,
  type Descriptor,
  digestOf,
  isDigest,
  manifestMediaTypes,
  manifestSizeLimitBytes,
  verifyBytes,
} from '@harbor-pilot/oci';
import { manifestName, manifestPath } from './names.ts';
import type { Call, Session } from './session.ts';

const accept = manifestMediaTypes.join(', ');

// Harbor lets an account that may push read what its pull policies block when its user agent says "cosign"
// (goharbor/harbor v2.12 to v2.16, src/server/middleware/util, SkipPolicyChecking).
const signerUserAgent = 'harbor-pilot/0.1.0 (compatible; cosign)';

/** How a manifest is looked for. */
export interface Look {
  /** As part of a push: with a token that may push, past the pull policies. */
  readonly isForPush?: boolean;
}

/** HEAD of a manifest, or undefined when the registry has none. */
export async function findManifest(
  session: Session,
  repository: string,
  tagOrDigest: string,
  { isForPush = false }: Look = {},
): Promise<Descriptor | undefined> {
  const response = await ask(session, repository, tagOrDigest, isForPush, {
    method: 'HEAD',
    expect: [200, 400, 401, 403, 404, 405, 412],
  });
  await response.discard();
  if (response.status === 404) return undefined;
  const descriptor = response.status === 200 ? describedBy(response) : undefined;
  // HEAD gives no reason when it fails, and some proxies give no digest: GET does.
  if (descriptor === undefined) return (await getManifest(session, repository, tagOrDigest, { isForPush })).descriptor;
  if (isDigest(tagOrDigest) && descriptor.digest !== tagOrDigest) {
    throw new PilotError('DIGEST_MISMATCH', `${session.host} answered ${descriptor.digest} for ${tagOrDigest}`, {
      hint: 'The registry or a proxy before it is broken.',
    });
  }
  return descriptor;
}

function ask(
  session: Session,
  repository: string,
  tagOrDigest: string,
  isForPush: boolean,
  how: Pick<Call, 'method' | 'expect'>,
): Promise<HttpResponse> {
  return session.send({
    ...how,
    target: manifestPath(repository, tagOrDigest),
    what: `read ${manifestName(repository, tagOrDigest)}`,
    headers: { accept, ...(isForPush ? { 'user-agent': signerUserAgent } : {}) },
    repository,
    push: isForPush,
  });
}

function describedBy(response: HttpResponse): Descriptor | undefined {
  const digest = response.headers['docker-content-digest'] ?? '';
  const mediaType = plainType(response);
  const size = Number(response.headers['content-length'] ?? Number.NaN);
  if (!isDigest(digest) || !manifestMediaTypes.includes(mediaType) || !Number.isSafeInteger(size)) return undefined;
  return { mediaType, digest, size };
}

/**
 * GET of a manifest, verified when it was asked for by digest.
 * @throws PilotError DIGEST_MISMATCH, CONTENT_HOSTILE, and those of a failed request.
 */
export async function getManifest(
  session: Session,
  repository: string,
  tagOrDigest: string,
  { isForPush = false }: Look = {},
): Promise<Content> {
  const response = await ask(session, repository, tagOrDigest, isForPush, { method: 'GET', expect: [200] });
  const bytes = await response.bytes(manifestSizeLimitBytes);
  if (plainType(response) === 'text/html') {
    throw new PilotError(
      'ANSWER_UNEXPECTED',
      `${session.host} answers with a web page where a registry has manifests`,
      {
        hint: 'Check host and port. A page to log in, or a proxy, may have answered in its place.',
      },
    );
  }
  const digest = isDigest(tagOrDigest) ? tagOrDigest : digestOf(bytes);
  verifyBytes(bytes, { digest });
  return { descriptor: { mediaType: agreedType(plainType(response), bytes), digest, size: bytes.length }, bytes };
}

/** Deletes a manifest by digest, or a tag where the registry can (distribution spec 1.1.1, "Deleting tags" and "Deleting Manifests"). */
export async function deleteManifest(session: Session, repository: string, tagOrDigest: string): Promise<void> {
  const response = await session.send({
    method: 'DELETE',
    target: manifestPath(repository, tagOrDigest),
    what: `delete ${manifestName(repository, tagOrDigest)}`,
    expect: [200, 202, 204, 404],
    repository,
    isDelete: true,
  });
  await response.discard();
}

function plainType(response: HttpResponse): string {
  return (response.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

/** The type that header and document agree on. Two readings of one document are an old trick to show different images. */
function agreedType(header: string, bytes: Uint8Array): string {
  const document = parseObject(Buffer.from(bytes).toString());
  const own = asString(document?.mediaType);
  const isBoth = document?.manifests !== undefined && document.layers !== undefined;
  const isClaimed = manifestMediaTypes.includes(header);
  const type = isClaimed ? header : own;
  if (document === undefined || isBoth || type === undefined || (own !== undefined && own !== type)) {
    throw new PilotError('CONTENT_HOSTILE', `a manifest cannot be read: its type is "${header}" and "${own ?? ''}"`, {
      hint: 'Only OCI manifests and indexes and their Docker forms of version 2 are read. Push the image again with a current tool.',
    });
  }
  return type;
}
