import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Content, contentOf, formatManifest, mediaTypes } from '@harbor-pilot/oci';
import {
  cryptoProvider,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { type Header, pack } from 'tar-stream';

cryptoProvider.set(webcrypto);

/** Entries of a layer: text or bytes of a file, or a header for something else. */
export type LayerEntries = Readonly<Record<string, string | Uint8Array | Partial<Header>>>;

/** A tar archive in memory. */
export async function tar(entries: LayerEntries, mode = 0o644): Promise<Buffer> {
  const archive = pack();
  for (const [name, value] of Object.entries(entries)) {
    if (typeof value === 'string' || value instanceof Uint8Array) archive.entry({ name, mode }, Buffer.from(value));
    else archive.entry({ name, ...value });
  }
  archive.finalize();
  return buffer(archive);
}

/** A gzip layer in memory. */
export async function gzipLayer(entries: LayerEntries): Promise<Content> {
  return contentOf(mediaTypes.ociLayerGzip, gzipSync(await tar(entries)));
}

/** A registry for one test: read-only, over TLS, with one fixed Authorization header. */
export interface TestRegistry {
  readonly url: string;
  readonly caCertificate: string;
  /** Adds an image and returns its manifest. */
  addImage(...layers: readonly Content[]): Content;
  add(content: Content): void;
  /** Answers with other bytes than the digest promises. */
  corrupt(content: Content, bytes: Uint8Array): void;
  close(): Promise<void>;
}

export const authorization = `Basic ${Buffer.from('robot$scanner:not-a-secret').toString('base64')}`;

/** Starts the registry on a free port. */
export async function startTestRegistry(): Promise<TestRegistry> {
  const contents = new Map<string, { type: string; bytes: Uint8Array }>();
  const identity = await selfSigned();
  const server = createServer({ key: identity.key, cert: identity.cert }, (request, response) => {
    const digest = /^\/v2\/shop\/hello\/(?:manifests|blobs)\/(.+)$/.exec(request.url ?? '')?.[1];
    const content = contents.get(digest ?? '');
    if (request.headers.authorization !== authorization) response.writeHead(401).end();
    else if (content === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': content.type }).end(content.bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const add = ({ descriptor, bytes }: Content): void => {
    contents.set(descriptor.digest, { type: descriptor.mediaType, bytes });
  };
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caCertificate: identity.cert,
    add,
    corrupt: ({ descriptor }, bytes) => contents.set(descriptor.digest, { type: descriptor.mediaType, bytes }),
    addImage(...layers) {
      const config = contentOf(mediaTypes.ociConfig, JSON.stringify({ os: 'linux', architecture: 'amd64' }));
      const manifest = formatManifest({
        mediaType: mediaTypes.ociManifest,
        config: config.descriptor,
        layers: layers.map(({ descriptor }) => descriptor),
      });
      for (const content of [config, ...layers, manifest]) add(content);
      return manifest;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=test registry',
    keys: keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
}
