import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { systemClock } from '@harbor-pilot/core';
import type { Harbor } from '@harbor-pilot/harbor';
import { type Content, contentOf, type Descriptor, formatManifest, mediaTypes } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import {
  generateKeyPair,
  loadSigner,
  type ProvedSignature,
  type SignatureFormat,
  type SignedDigest,
  type Signer,
  signDigests,
} from '@harbor-pilot/sign';
import { byKey } from '../../packages/sign/test/by-key.ts';
import { newSigner } from '../../packages/sign/test/new-signer.ts';
import { verified } from '../../packages/sign/test/verified.ts';

/** A registry to meet cosign at, and how cosign gets there. */
export interface Target {
  readonly registry: Registry;
  readonly cosignFlags: readonly string[];
  readonly harbor?: Harbor;
  close(): Promise<void>;
}

/** Starts a target; it may keep its files in the folder, which is cosign's DOCKER_CONFIG too. */
export type StartTarget = (directory: string) => Promise<Target>;

type Run = (...args: readonly string[]) => Promise<{ readonly exitCode: number; readonly output: string }>;

/** cosign and Harbor Pilot with one key pair at one registry. */
export interface Meeting extends Target {
  /** Where cosign runs; holds ours.key, ours.pub and stranger.pub. */
  readonly directory: string;
  readonly signer: Signer;
  readonly stranger: Signer;
  reference(repository: string, image: Descriptor): string;
  cosign: Run;
  /** `cosign verify` with a key file, then flags and the reference. */
  cosignVerify: Run;
  /** `cosign sign` or `cosign attest` with our key, then flags and the reference. */
  cosignMake: Run;
  sign(repository: string, digests: readonly Descriptor[], format: SignatureFormat): Promise<readonly SignedDigest[]>;
  /** The signatures of ours that count, as {@link verified} gives them. */
  verify(repository: string, image: Descriptor, expectedReference?: string): Promise<readonly ProvedSignature[]>;
}

/** Prepares a meeting; close it afterwards. */
export async function meet(program: string, start: StartTarget): Promise<Meeting> {
  const directory = await mkdtemp(join(tmpdir(), 'cosign-interop-'));
  const target = await start(directory);
  const password = 'correct horse';
  const cosign = runIn(directory, program, password);
  const ours = await generateKeyPair(password);
  const signer = await loadSigner(ours.privateKeyPem, password);
  const stranger = await newSigner();
  await writeFile(join(directory, 'ours.key'), ours.privateKeyPem);
  await writeFile(join(directory, 'ours.pub'), ours.publicKeyPem);
  await writeFile(join(directory, 'stranger.pub'), stranger.publicKeyPem);
  const { registry, cosignFlags } = target;
  return {
    ...target,
    directory,
    signer,
    stranger,
    reference: (repository, { digest }) => `${registry.host}/${repository}@${digest}`,
    cosign,
    cosignVerify: async (key, ...rest) =>
      cosign('verify', '--key', String(key), '--insecure-ignore-tlog=true', ...cosignFlags, ...rest),
    cosignMake: async (command, ...rest) => {
      const offline = ['--use-signing-config=false', '--tlog-upload=false', '--yes'];
      return cosign(String(command), '--key', 'ours.key', ...offline, ...cosignFlags, ...rest);
    },
    sign: async (repository, digests, format) =>
      signDigests({ registry, repository, digests, signer, format, clock: systemClock }),
    verify: async (repository, { digest }, expectedReference) => {
      const options = { registry, repository, digest, ...byKey(signer) };
      return verified(expectedReference === undefined ? options : { ...options, expectedReference });
    },
    close: async () => {
      await target.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function runIn(directory: string, program: string, password: string): Run {
  const env = { ...process.env, COSIGN_PASSWORD: password, DOCKER_CONFIG: directory };
  return async (...args) =>
    new Promise((resolve) => {
      execFile(program, args, { cwd: directory, env }, (error, stdout, stderr) => {
        const exitCode = typeof error?.code === 'number' ? error.code : Number(error !== null);
        resolve({ exitCode, output: stdout + stderr });
      });
    });
}

/** Pushes a small image, `text` making it another one. */
export async function pushImage(registry: Registry, repository: string, text: string): Promise<Descriptor> {
  const config = contentOf(
    mediaTypes.ociConfig,
    '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}',
  );
  await pushBlob(registry, repository, config);
  const manifest = formatManifest({
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: [],
    annotations: { text },
  });
  return registry.pushManifest(repository, manifest);
}

async function pushBlob(registry: Registry, repository: string, { bytes, descriptor }: Content): Promise<void> {
  await registry.pushBlob(repository, { descriptor, open: async () => Readable.from([bytes]) });
}

/** Copies an image with everything cosign attached to it, as somebody who replays a signature would. */
export async function copySigned(registry: Registry, from: string, to: string, image: Descriptor): Promise<void> {
  await pushImage(registry, to, 'replayed');
  const copy = async (content: Content, put: (content: Content) => Promise<unknown>): Promise<void> => {
    const manifest = JSON.parse(Buffer.from(content.bytes).toString()) as { config: Descriptor; layers: Descriptor[] };
    for (const descriptor of [manifest.config, ...manifest.layers]) {
      await pushBlob(registry, to, { descriptor, bytes: await registry.fetchBlob(from, descriptor) });
    }
    await put(content);
  };
  await copy(await registry.fetchManifest(from, image.digest), (content) => registry.pushManifest(to, content));
  for await (const referrer of registry.listReferrers(from, image.digest)) {
    if (referrer.artifactType !== 'application/vnd.dev.sigstore.bundle.v0.3+json') continue;
    await copy(await registry.fetchManifest(from, referrer.digest), (content) => registry.pushReferrer(to, content));
  }
  const tag = `${image.digest.replace(':', '-')}.sig`;
  if ((await registry.find(from, tag)) === undefined) return;
  await copy(await registry.fetchManifest(from, tag), (content) => registry.pushManifest(to, content, tag));
}
