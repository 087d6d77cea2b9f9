import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '@harbor-pilot/sign';
import { type PrivateSigstore, type PrivateSigstorePaths, startPrivateSigstore } from '@harbor-pilot/testkit';
import { type Run, runProcess } from '../e2e/run-process.ts';
import { root } from '../e2e/world.ts';
import { ourWorkflow } from './cosign-signers.ts';
import { openPlace, type Place, placeNames } from './places.ts';

/** The two programs, with registries, a private Sigstore and key pairs. */
export interface CommandStage {
  /** By the names of `placeNames`. */
  place(name: string): Place;
  readonly sigstore: PrivateSigstore;
  /**
   * Path of a file: `ours.key`, `ours.pub`, `stranger.pub`; `token`, an identity token of our workflow; `rekor-1.json`, a
   * signing configuration that names Rekor 1 alone; `predicate.json`.
   */
  inFolder(name: string): string;
  cosign(...args: readonly string[]): Promise<Run>;
  /** Runs our command. */
  harborPilot(...args: readonly string[]): Promise<Run>;
  close(): Promise<void>;
}

/** Programs of the stage, beside those of the private Sigstore. */
export interface CommandPaths extends PrivateSigstorePaths {
  readonly cosign: string;
  readonly distribution: string;
}

const program = join(root, 'packages/cli/bin/harbor-pilot.mjs');

/** Starts all parts, or only some of the registries. */
export async function openCommandStage(
  paths: CommandPaths,
  names: readonly string[] = placeNames,
): Promise<CommandStage> {
  const folder = await mkdtemp(join(tmpdir(), 'cosign-commands-'));
  const parts: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of parts.splice(0).reverse()) await part.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const sigstore = await startPrivateSigstore(paths);
    parts.push(sigstore);
    const places: Record<string, Place> = {};
    for (const name of names) {
      const place = await openPlace(name, folder, paths.distribution);
      parts.push(place);
      places[name] = place;
    }
    await writeFiles(folder, sigstore, Object.values(places));
    const environment = { HOME: folder, DOCKER_CONFIG: folder, COSIGN_PASSWORD: '' };
    return {
      place: (name) => places[name] as Place,
      sigstore,
      inFolder: (name) => join(folder, name),
      cosign: (...args) => runProcess(paths.cosign, args, { folder, environment }),
      harborPilot: async (...args) => {
        // Each run in a folder of its own, as jobs are: they leave their records there.
        const own = await mkdtemp(join(folder, 'job-'));
        return runProcess(process.execPath, [program, ...args], { folder: own, environment });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function writeFiles(folder: string, sigstore: PrivateSigstore, places: readonly Place[]): Promise<void> {
  const { signingConfig, token } = sigstore;
  const rekorTlogUrls = signingConfig.rekorTlogUrls.filter(({ majorApiVersion }) => majorApiVersion === 1);
  const [ours, stranger] = [await generateKeyPair(''), await generateKeyPair('')];
  const files = {
    'ours.key': ours.privateKeyPem,
    'ours.pub': ours.publicKeyPem,
    'stranger.pub': stranger.publicKeyPem,
    token: token({ workflow: ourWorkflow, lifetimeSeconds: 3600 }),
    'rekor-1.json': JSON.stringify({ ...signingConfig, rekorTlogUrls }),
    'predicate.json': '{"verdict":"good"}',
    'config.json': JSON.stringify({ auths: Object.assign({}, ...places.map(({ auths }) => auths)) }),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content, { mode: 0o600 });
}
