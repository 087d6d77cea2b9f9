import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { systemClock } from '@harbor-pilot/core';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import {
  type Content,
  contentOf,
  type Descriptor,
  type Digest,
  emptyContent,
  formatIndex,
  formatManifest,
  mediaTypes,
} from '@harbor-pilot/oci';
import { createRegistry, type Registry } from '@harbor-pilot/registry';
import { type Signer, type SignOptions, signDigests, signStatement } from '@harbor-pilot/sign';
import type { Step, VerifyReport } from '@harbor-pilot/step-kit';
import { newSigner } from '../../sign/test/new-signer.ts';
import { executeStep } from '../src/index.ts';
import { type CapturedRuntime, captureRuntime } from './runtime.ts';

/** What came of a step. */
export interface Ran {
  readonly error: unknown;
  readonly runtime: CapturedRuntime;
  /** All that it said. */
  readonly log: string;
}

/** An embedded Harbor whose project `shop` has images, and two who sign. */
export interface VerifyWorld {
  readonly host: string;
  readonly folder: string;
  readonly registry: Registry;
  readonly harbor: Harbor;
  /** Who is trusted: the key in `trusted.pub`. */
  readonly trusted: Signer;
  readonly stranger: Signer;
  /** Pushes a new image; with children, an index of so many. */
  push(repository: string, tag?: string, children?: number): Promise<readonly [Descriptor, ...Descriptor[]]>;
  sign(repository: string, digests: readonly Descriptor[], options?: Partial<SignOptions>): Promise<Digest>;
  /** Pushes something that refers to an image. */
  refer(
    repository: string,
    subject: Descriptor,
    artifactType: string,
    text: string,
    announced?: string,
  ): Promise<Digest>;
  /** A bundle that attests something. */
  attest(repository: string, subject: Descriptor, predicateType: string, predicate: object): Promise<void>;
  run(step: Step<never, never> | object, inputs: Readonly<Record<string, string>>): Promise<Ran>;
  report(): Promise<VerifyReport>;
  close(): Promise<void>;
}

/** Media type of a Sigstore bundle. */
export const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** Starts it. */
export async function startVerifyWorld(): Promise<VerifyWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'verify-'));
  const running = await startDevHarbor({ dataDirectory: join(folder, 'harbor') });
  const { host, caCertificate, username, password } = running;
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  const harbor = createHarbor({ http, host, credentials: { username, password } });
  for (const project of ['shop', 'prod', 'empty']) await harbor.ensureProject(project);
  const registry = createRegistry({ http, host, credentials: { username, password } });
  const [trusted, stranger] = await Promise.all([newSigner(), newSigner()]);
  await writeFile(join(folder, 'trusted.pub'), trusted.publicKeyPem);
  await writeFile(join(folder, 'stranger.pub'), stranger.publicKeyPem);
  const refer: VerifyWorld['refer'] = (...referrer) => pushReferrer(registry, ...referrer);
  return {
    host,
    folder,
    registry,
    harbor,
    trusted,
    stranger,
    refer,
    push: (repository, tag, children) => pushImage(registry, repository, tag, children),
    sign: async (repository, digests, options = {}) => {
      const signed = await signDigests({
        registry,
        repository,
        digests,
        signer: trusted,
        format: 'bundle',
        clock: systemClock,
        ...options,
      });
      return signed[0]?.signatureDigest ?? 'sha256:';
    },
    attest: async (repository, subject, predicateType, predicate) => {
      const statement = statementOf(`${host}/${repository}`, subject, predicateType, predicate);
      await refer(repository, subject, bundleType, await signStatement(statement, trusted), predicateType);
    },
    run: async (step, inputs) => {
      const runtime = captureRuntime(folder);
      const all: Readonly<Record<string, string>> = {
        registry: host,
        username,
        password,
        'ca-certificate': caCertificate,
        ...inputs,
      };
      const error = await executeStep(step as Step, runtime, [(name) => all[name]]).catch((thrown: unknown) => thrown);
      await runtime.end();
      return { error, runtime, log: runtime.lines.join('\n') };
    },
    report: async () =>
      JSON.parse(await readFile(join(folder, '.harbor-pilot/verify/verify-report.json'), 'utf8')) as VerifyReport,
    close: async () => {
      http.close();
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function statementOf(reference: string, { digest }: Descriptor, predicateType: string, predicate: object): string {
  const annotations = { 'docker-reference': reference };
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: digest.slice('sha256:'.length) }, annotations }],
    predicateType,
    predicate,
  });
}

async function pushReferrer(
  registry: Registry,
  ...[repository, subject, artifactType, text, announced]: Parameters<VerifyWorld['refer']>
): Promise<Digest> {
  const layer = contentOf(artifactType, text);
  for (const content of [emptyContent, layer]) await pushBlob(registry, repository, content);
  const { mediaType, digest, size } = subject;
  const manifest = formatManifest({
    mediaType: mediaTypes.ociManifest,
    artifactType,
    config: emptyContent.descriptor,
    layers: [layer.descriptor],
    subject: { mediaType, digest, size },
    ...(announced === undefined ? {} : { annotations: { 'dev.sigstore.bundle.predicateType': announced } }),
  });
  return (await registry.pushReferrer(repository, manifest)).digest;
}

async function pushBlob(registry: Registry, repository: string, { descriptor, bytes }: Content): Promise<void> {
  await registry.pushBlob(repository, { descriptor, open: async () => Readable.from([bytes]) });
}

let count = 0;

function newImage(): readonly [Content, Content] {
  count += 1;
  const config = contentOf(
    mediaTypes.ociConfig,
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [] },
      author: `${count}`,
    }),
  );
  return [formatManifest({ mediaType: mediaTypes.ociManifest, config: config.descriptor, layers: [] }), config];
}

async function pushImage(
  registry: Registry,
  repository: string,
  tag: string | undefined,
  children = 0,
): Promise<readonly [Descriptor, ...Descriptor[]]> {
  const images = Array.from({ length: Math.max(1, children) }, newImage);
  for (const [manifest, config] of images) {
    await pushBlob(registry, repository, config);
    await registry.pushManifest(repository, manifest, children === 0 ? tag : undefined);
  }
  const [first, ...others] = images.map(([{ descriptor }], index) => ({
    ...descriptor,
    platform: { os: 'linux', architecture: 'arm', variant: `v${index}` },
  }));
  if (first === undefined) throw new Error('no image');
  if (children === 0) return [first];
  const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [first, ...others] });
  await registry.pushManifest(repository, index, tag);
  return [index.descriptor, first, ...others];
}
