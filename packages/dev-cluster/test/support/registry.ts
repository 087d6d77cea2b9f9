import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Content, contentOf, formatIndex, formatManifest, mediaTypes, parsePlatform } from '@harbor-pilot/oci';
import { createServerIdentity } from '../../src/certificates.ts';

/** A registry with one private account, enough of one to be pulled from. */
export interface TestRegistry {
  readonly host: string;
  readonly caCertificate: string;
  /** What was asked for, `HEAD /v2/…`. */
  readonly requests: string[];
  /** Pushes an image (one platform) or an index (several). @returns its digest. */
  push(repository: string, tag: string, platforms: readonly string[], text?: string): string;
  /** Refuses the manifests of a repository as Harbor's policies do; undefined ends it. */
  refuse(repository: string, message: string | undefined): void;
  /** Gives out wrong bytes for a blob. */
  damage(digest: string): void;
  close(): Promise<void>;
}

export const account = { username: 'robot$demo+pull', password: 'pull-secret' };
const token = 'token-of-the-account';

interface State {
  readonly manifests: Map<string, Content>;
  readonly blobs: Map<string, Uint8Array>;
  readonly refusals: Map<string, string>;
  readonly requests: string[];
}

export async function startTestRegistry(): Promise<TestRegistry> {
  const identity = await createServerIdentity(new Date());
  const state: State = { manifests: new Map(), blobs: new Map(), refusals: new Map(), requests: [] };
  const server = createServer({ cert: identity.certificate, key: identity.privateKey }, (request, response) =>
    answer(state, request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    caCertificate: identity.caCertificate,
    requests: state.requests,
    push: (repository, tag, platforms, text = tag) => push(state, repository, tag, platforms, text),
    refuse: (repository, message) => {
      if (message === undefined) state.refusals.delete(repository);
      else state.refusals.set(repository, message);
    },
    damage: (digest) => {
      const bytes = state.blobs.get(digest) ?? Buffer.alloc(0);
      state.blobs.set(digest, Buffer.alloc(bytes.length, 'x'));
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The digest of the layer that {@link TestRegistry.push} makes for a platform. */
export function layerDigest(platform: string, text: string): string {
  return contentOf(mediaTypes.ociLayer, `layer ${text} ${platform}`).descriptor.digest;
}

function push(state: State, repository: string, tag: string, platforms: readonly string[], text: string): string {
  const keep = (content: Content, names: readonly string[]): Content => {
    for (const name of names) state.manifests.set(`${repository}/${name}`, content);
    return content;
  };
  const images = platforms.map((name) => {
    const platform = parsePlatform(name);
    const layer = contentOf(mediaTypes.ociLayer, `layer ${text} ${name}`);
    const document = { ...platform, config: { Entrypoint: ['/app'] }, rootfs: { type: 'layers', diff_ids: [] } };
    const config = contentOf(mediaTypes.ociConfig, JSON.stringify({ ...document, text }));
    for (const { descriptor, bytes } of [layer, config]) state.blobs.set(descriptor.digest, bytes);
    const manifest = formatManifest({
      mediaType: mediaTypes.ociManifest,
      config: config.descriptor,
      layers: [layer.descriptor],
    });
    keep(manifest, [manifest.descriptor.digest]);
    return { ...manifest.descriptor, platform };
  });
  const [only] = images;
  if (images.length === 1 && only !== undefined) {
    const content = state.manifests.get(`${repository}/${only.digest}`);
    if (content !== undefined) keep(content, [tag]);
    return only.digest;
  }
  const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: images });
  keep(index, [tag, index.descriptor.digest]);
  return index.descriptor.digest;
}

function answer(state: State, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
  state.requests.push(`${request.method} ${url.pathname}`);
  if (url.pathname === '/service/token') answerToken(request, response);
  else if (request.headers.authorization === `Bearer ${token}`) answerContent(state, request, url, response);
  else {
    const challenge = `Bearer realm="${url.origin}/service/token",service="harbor-registry"`;
    response.setHeader('www-authenticate', challenge);
    fail(response, 401, 'UNAUTHORIZED', 'unauthorized to access repository');
  }
}

function answerContent(state: State, request: IncomingMessage, url: URL, response: ServerResponse): void {
  const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname);
  const [, repository = '', folder, name = ''] = match ?? [];
  const refusal = folder === 'manifests' ? state.refusals.get(repository) : undefined;
  const manifest = folder === 'manifests' ? state.manifests.get(`${repository}/${name}`) : undefined;
  const bytes = folder === 'blobs' ? state.blobs.get(name) : manifest?.bytes;
  if (manifest !== undefined) {
    response.setHeader('content-type', manifest.descriptor.mediaType);
    response.setHeader('docker-content-digest', manifest.descriptor.digest);
  }
  if (refusal !== undefined) fail(response, 412, 'PROJECTPOLICYVIOLATION', refusal);
  else if (bytes === undefined) fail(response, 404, 'NOT_FOUND', `artifact ${repository}:${name} not found`);
  else {
    response.setHeader('content-length', bytes.length);
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }
}

function answerToken(request: IncomingMessage, response: ServerResponse): void {
  const { authorization } = request.headers;
  const expected = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`;
  const isWrong = authorization !== undefined && authorization !== expected;
  if (isWrong) fail(response, 401, 'UNAUTHORIZED', 'unauthorized');
  else response.end(JSON.stringify({ token: authorization === undefined ? 'nobody' : token }));
}

function fail(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
