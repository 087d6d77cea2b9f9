import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { mediaTypes } from '@harbor-pilot/oci';
import { type DevHarbor, type DevHarborOptions, startDevHarbor } from '../src/index.ts';

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks where it expects something.
  readonly json: any;
}

/** How a request differs from one of the administrator with a JSON body. */
export interface Options {
  /** Another account; null for none. */
  readonly as?: { readonly username: string; readonly password: string } | null;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type?: string;
}

/** A blob or a manifest to push. */
export interface Part {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly bytes: Buffer;
}

/** Bytes with their descriptor. */
export function part(content: string | Buffer, mediaType = 'application/octet-stream'): Part {
  const bytes = Buffer.from(content);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { bytes, mediaType, digest, size: bytes.length };
}

const descriptor = ({ mediaType, digest, size }: Part) => ({ mediaType, digest, size });

/** A plain client of an embedded Harbor over a folder of its own. */
export class HarborUnderTest {
  readonly directory: string;
  harbor: DevHarbor;
  readonly #options: Omit<DevHarborOptions, 'dataDirectory'>;

  private constructor(directory: string, harbor: DevHarbor, options: Omit<DevHarborOptions, 'dataDirectory'>) {
    this.directory = directory;
    this.harbor = harbor;
    this.#options = options;
  }

  static async start(options: Omit<DevHarborOptions, 'dataDirectory'> = {}): Promise<HarborUnderTest> {
    const directory = await mkdtemp(join(tmpdir(), 'dev-harbor-'));
    return new HarborUnderTest(directory, await startDevHarbor({ ...options, dataDirectory: directory }), options);
  }

  async restart(): Promise<void> {
    await this.harbor.close();
    this.harbor = await startDevHarbor({ ...this.#options, dataDirectory: this.directory });
  }

  async end(): Promise<void> {
    await this.harbor.close();
    await rm(this.directory, { recursive: true });
  }

  send(method: string, path: string, body?: unknown, options: Options = {}): Promise<Answer> {
    const payload = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const target = new URL(
      /^\/(v2|service|c)\//.test(path) || path.startsWith('https') ? path : `/api/v2.0${path}`,
      this.harbor.url,
    );
    const account = options.as === undefined ? this.harbor : options.as;
    const authorization = options.bearer
      ? `Bearer ${options.bearer}`
      : account && basic(account.username, account.password);
    return new Promise((resolve, reject) => {
      const headers = {
        ...(authorization ? { Authorization: authorization } : {}),
        ...(payload === undefined
          ? {}
          : { 'Content-Type': options.type ?? 'application/json', 'Content-Length': Buffer.byteLength(payload) }),
        ...options.headers,
      };
      const call = request(target, { method, ca: this.harbor.caCertificate, headers, agent: false }, (answer) => {
        buffer(answer).then((bytes) => resolve(read(answer.statusCode ?? 0, answer.headers, bytes)), reject);
      });
      call.on('error', reject);
      call.end(payload);
    });
  }

  async project(name: string, metadata: Readonly<Record<string, string>> = {}, more: object = {}): Promise<number> {
    await this.send('POST', '/projects', { project_name: name, metadata, ...more });
    return (await this.send('GET', `/projects/${name}`)).json.project_id;
  }

  async robot(
    project: string,
    access: string,
    more: object = {},
  ): Promise<{ id: number; username: string; password: string }> {
    const list = access.split(' ').map((pair) => ({ resource: pair.split(':')[0], action: pair.split(':')[1] }));
    const permissions = [{ kind: 'project', namespace: project, access: list }];
    const name = `r${Math.random().toString(36).slice(2)}`;
    const { json } = await this.send('POST', '/robots', { name, level: 'project', duration: -1, permissions, ...more });
    return { id: json.id, username: json.name, password: json.secret };
  }

  async token(scope: string, options: Options = {}): Promise<string> {
    const path = `/service/token?service=harbor-registry&scope=${encodeURIComponent(scope)}`;
    return (await this.send('GET', path, undefined, options)).json.token;
  }

  async upload(repository: string, blob: Part): Promise<Answer> {
    const started = await this.send('POST', `/v2/${repository}/blobs/uploads/`);
    return this.send('PUT', `${started.headers.location}&digest=${blob.digest}`, blob.bytes);
  }

  /** Pushes a manifest with its blobs, by tag or, without one, by digest. */
  async push(repository: string, tag: string | undefined, manifest: Part, blobs: readonly Part[]): Promise<Answer> {
    for (const blob of blobs) await this.upload(repository, blob);
    return this.send('PUT', `/v2/${repository}/manifests/${tag ?? manifest.digest}`, manifest.bytes, {
      type: manifest.mediaType,
    });
  }

  /** Pushes an image of one small layer. */
  async pushImage(repository: string, tag: string | undefined, seed: string = repository): Promise<Part> {
    const { manifest, blobs } = image(seed);
    await this.push(repository, tag, manifest, blobs);
    return manifest;
  }

  /** Asks for a manifest, accepting every type of it. */
  pull(repository: string, reference: string, options: Options = {}): Promise<Answer> {
    const headers = { Accept: `${mediaTypes.ociManifest}, ${mediaTypes.ociIndex}`, ...options.headers };
    return this.send('GET', `/v2/${repository}/manifests/${reference}`, undefined, { ...options, headers });
  }
}

/** An image of one layer. */
export function image(seed: string): { manifest: Part; blobs: Part[] } {
  const config = part(JSON.stringify({ os: 'linux', architecture: 'amd64', seed }), mediaTypes.ociConfig);
  const layer = part(`layer of ${seed}`, mediaTypes.ociLayer);
  return { manifest: manifestOf({ config, layers: [layer] }), blobs: [config, layer] };
}

/** An index over manifests. */
export function indexOf(children: readonly Part[]): Part {
  const platform = { os: 'linux', architecture: 'amd64' };
  const manifests = children.map((child) => ({ ...descriptor(child), platform }));
  return part(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }), mediaTypes.ociIndex);
}

/** Something that refers to a manifest. */
export function referrer(subject: Part, artifactType: string): { manifest: Part; blobs: Part[] } {
  const config = part('{}', mediaTypes.ociEmpty);
  const layer = part(`${artifactType} about ${subject.digest}`);
  return { manifest: manifestOf({ config, layers: [layer], subject, artifactType }), blobs: [config, layer] };
}

function manifestOf(parts: { config: Part; layers: readonly Part[]; subject?: Part; artifactType?: string }): Part {
  const { config, layers, subject, artifactType } = parts;
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    ...(artifactType ? { artifactType } : {}),
    config: descriptor(config),
    layers: layers.map(descriptor),
    ...(subject ? { subject: descriptor(subject) } : {}),
  };
  return part(JSON.stringify(manifest), mediaTypes.ociManifest);
}

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

function read(status: number, headers: Answer['headers'], bytes: Buffer): Answer {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString());
  } catch {
    json = undefined;
  }
  return { status, headers, bytes, json };
}
