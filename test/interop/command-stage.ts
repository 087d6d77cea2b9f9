import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HarborVersion, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry, type Registry } from '@harbor-pilot/registry';
import { generateKeyPair } from '@harbor-pilot/sign';
import { type PrivateSigstore, type PrivateSigstorePaths, startPrivateSigstore } from '@harbor-pilot/testkit';
import { type Run, runProcess } from '../e2e/run-process.ts';
import { root } from '../e2e/world.ts';
import { ourWorkflow } from './cosign-signers.ts';
import { startDockerRegistry } from './docker-registry.ts';

/** A registry, and how each program reaches it. */
export interface Place {
  readonly name: string;
  readonly registry: Registry;
  readonly cosignFlags: readonly string[];
  readonly ourFlags: readonly string[];
}

/** Three registries, a private Sigstore, key pairs, and the two programs. */
export interface CommandStage {
  /**
   * Path of a file: `ours.key`, `ours.pub`, `stranger.pub`; `token`, an identity token of our workflow; `rekor-1.json`, a
   * signing configuration that names Rekor 1 alone; `predicate.json`.
   */
  inFolder(name: string): string;
  readonly places: Readonly<Record<PlaceName, Place>>;
  readonly sigstore: PrivateSigstore;
  cosign(...args: readonly string[]): Promise<Run>;
  /** Runs our command. */
  harborPilot(...args: readonly string[]): Promise<Run>;
  close(): Promise<void>;
}

/** The registries: one without referrers API, and two versions of the embedded Harbor. */
export const placeNames = ['distribution', 'Harbor 2.15', 'Harbor 2.14'] as const;

/** One of the registries. */
export type PlaceName = (typeof placeNames)[number];

/** Programs of the stage, beside those of the private Sigstore. */
export interface CommandPaths extends PrivateSigstorePaths {
  readonly cosign: string;
  readonly distribution: string;
}

const project = 'interop';
const program = join(root, 'packages/cli/bin/harbor-pilot.mjs');

/** Starts all parts. */
export async function openCommandStage(paths: CommandPaths): Promise<CommandStage> {
  const folder = await mkdtemp(join(tmpdir(), 'cosign-commands-'));
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const auths: Record<string, { readonly auth: string }> = {};
  const startHarbor = async (version: HarborVersion): Promise<Place> => {
    const dataDirectory = join(folder, `harbor-${version}`);
    const dev = await startDevHarbor({ dataDirectory, harborVersion: version });
    closers.push(() => dev.close());
    const { host, caCertificate, username, password } = dev;
    const clients = {
      http: createHttp({ trust: { [host]: { caCertificate } } }),
      host,
      credentials: { username, password },
    };
    await createHarbor(clients).ensureProject(project);
    auths[host] = { auth: Buffer.from(`${username}:${password}`).toString('base64') };
    const caFile = join(dataDirectory, 'ca.crt');
    return {
      name: `Harbor ${version}`,
      registry: createRegistry(clients),
      cosignFlags: [`--registry-cacert=${caFile}`],
      ourFlags: [`--ca-certificate=${caFile}`],
    };
  };
  const sigstore = await startPrivateSigstore(paths);
  closers.push(() => sigstore.close());
  const distribution = await startDockerRegistry(paths.distribution);
  closers.push(() => distribution.close());
  const places = {
    distribution: {
      name: 'distribution',
      registry: createRegistry({ http: createHttp({}), host: distribution.host, plainHttp: true }),
      cosignFlags: ['--allow-http-registry'],
      ourFlags: ['--plain-http'],
    },
    'Harbor 2.15': await startHarbor('2.15'),
    'Harbor 2.14': await startHarbor('2.14'),
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
  await writeKeys(folder);
  await writeSigstoreFiles(folder, sigstore);
  const environment = { HOME: folder, DOCKER_CONFIG: folder, COSIGN_PASSWORD: '' };
  return {
    inFolder: (name) => join(folder, name),
    places,
    sigstore,
    cosign: (...args) => runProcess(paths.cosign, args, { folder, environment }),
    harborPilot: async (...args) => {
      // Each run in a folder of its own, as jobs are: they leave their records there.
      const own = await mkdtemp(join(folder, 'job-'));
      return runProcess(process.execPath, [program, ...args], { folder: own, environment });
    },
    close: async () => {
      for (const close of closers.reverse()) await close();
    },
  };
}

async function writeKeys(folder: string): Promise<void> {
  const [ours, stranger] = [await generateKeyPair(''), await generateKeyPair('')];
  await writeFile(join(folder, 'ours.key'), ours.privateKeyPem);
  await writeFile(join(folder, 'ours.pub'), ours.publicKeyPem);
  await writeFile(join(folder, 'stranger.pub'), stranger.publicKeyPem);
}

async function writeSigstoreFiles(folder: string, { signingConfig, token }: PrivateSigstore): Promise<void> {
  const rekorTlogUrls = signingConfig.rekorTlogUrls.filter(({ majorApiVersion }) => majorApiVersion === 1);
  await writeFile(join(folder, 'rekor-1.json'), JSON.stringify({ ...signingConfig, rekorTlogUrls }));
  await writeFile(join(folder, 'token'), token({ workflow: ourWorkflow, lifetimeSeconds: 3600 }));
  await writeFile(join(folder, 'predicate.json'), '{"verdict":"good"}');
}
