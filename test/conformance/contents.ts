import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { digestOf, mediaTypes } from '@harbor-pilot/oci';
import { expect } from '@jest/globals';
import type { Answer } from './exchange.ts';
import type { TestedRegistry } from './tested-registry.ts';

/** Bytes with their descriptor's fields. */
export interface Piece {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly digest: string;
}

/** A manifest with the blobs it needs. */
export interface Image extends Piece {
  readonly blobs: readonly Piece[];
}

/** A digest of nothing that exists. */
export const absentDigest = `sha256:${'e'.repeat(64)}`;

/** What to say to get any manifest. */
export const acceptAll = {
  accept: [mediaTypes.ociManifest, mediaTypes.ociIndex, mediaTypes.dockerManifest, mediaTypes.dockerManifestList].join(
    ', ',
  ),
};

/** What goes with the bytes of a blob. */
export const octets = { 'content-type': 'application/octet-stream' };

/** A piece of content. */
export function pieceOf(mediaType: string, content: Buffer | string): Piece {
  const bytes = Buffer.from(content);
  return { mediaType, bytes, digest: digestOf(bytes) };
}

/** A blob that no registry has. */
export function newBlob(mediaType: string = mediaTypes.ociLayer): Piece {
  return pieceOf(mediaType, `a blob of its own: ${randomUUID()} ${'.'.repeat(40)}`);
}

/** The descriptor of a piece. */
export function describePiece({ mediaType, digest, bytes }: Piece): Readonly<Record<string, unknown>> {
  return { mediaType, digest, size: bytes.length };
}

/** An image that no registry has, with other fields than usual if wanted. */
export function newImage(
  fields: Readonly<Record<string, unknown>> = {},
  parts: { readonly layers?: readonly Piece[]; readonly config?: Piece; readonly mediaType?: string } = {},
): Image {
  const {
    layers = [newBlob()],
    config = pieceOf(
      mediaTypes.ociConfig,
      JSON.stringify({ architecture: 'amd64', os: 'linux', author: randomUUID() }),
    ),
    mediaType = mediaTypes.ociManifest,
  } = parts;
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: describePiece(config),
    layers: layers.map(describePiece),
    ...fields,
  };
  return { ...pieceOf(mediaType, JSON.stringify(manifest)), blobs: [config, ...layers] };
}

/** An index of manifests. */
export function indexOf(
  children: readonly Piece[],
  fields: Readonly<Record<string, unknown>> = {},
  mediaType: string = mediaTypes.ociIndex,
): Image {
  const index = { schemaVersion: 2, mediaType, manifests: children.map(describePiece), ...fields };
  return { ...pieceOf(mediaType, JSON.stringify(index)), blobs: [] };
}

/** Where an answer points to. */
export function locationOf(answer: Answer): URL {
  expect(answer.headers.location).toBeDefined();
  return new URL(answer.headers.location ?? '', answer.url);
}

/** The address of an upload with something more in its query. */
export function withDigest(location: URL, digest: string): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

/** Starts an upload and gives its address. */
export async function startUpload(registry: TestedRegistry, repository: string): Promise<URL> {
  const answer = await registry.send('POST', `/v2/${repository}/blobs/uploads/`);
  expect(answer.status).toBe(202);
  return locationOf(answer);
}

/** Pushes a blob. */
export async function pushBlob(
  registry: TestedRegistry,
  repository: string,
  { bytes, digest }: Piece,
): Promise<Answer> {
  const location = await startUpload(registry, repository);
  const answer = await registry.send('PUT', withDigest(location, digest), { headers: octets, body: bytes });
  expect(answer.status).toBe(201);
  return answer;
}

/** Puts a manifest whose parts are there, by tag or by its digest. */
export async function putManifest(
  registry: TestedRegistry,
  repository: string,
  { bytes, mediaType, digest }: Piece,
  reference = digest,
): Promise<Answer> {
  const headers = { 'content-type': mediaType };
  return registry.send('PUT', `/v2/${repository}/manifests/${reference}`, { headers, body: bytes });
}

/** Pushes an image with its blobs. */
export async function pushImage(
  registry: TestedRegistry,
  repository: string,
  image: Image = newImage(),
  reference = image.digest,
): Promise<Image> {
  for (const blob of image.blobs) await pushBlob(registry, repository, blob);
  expect((await putManifest(registry, repository, image, reference)).status).toBe(201);
  return image;
}

/** Asks for a manifest, accepting every type. */
export async function getManifest(
  registry: TestedRegistry,
  repository: string,
  reference: string,
  method = 'GET',
): Promise<Answer> {
  return registry.send(method, `/v2/${repository}/manifests/${reference}`, { headers: acceptAll });
}

/** The codes of an error answer. */
export function codesOf(answer: Answer): string[] {
  const { errors } = answer.json() as { errors: readonly { code: string }[] };
  return errors.map(({ code }) => code);
}
