import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HarborVersion } from '@harbor-pilot/dev-harbor';
import type { Digest } from '@harbor-pilot/oci';
import type { Credentials } from '@harbor-pilot/registry';
import { chooseFormat } from '@harbor-pilot/sign';
import { type HarborWorld, harborWorld, type PushedImage } from '../../packages/gate/test/harbor-world.ts';
import type { CapturedRuntime } from '../../packages/steps/test/runtime.ts';
import { runStep, writeKeyPairs } from './run-step.ts';

/** A Harbor, and a workspace with the key pairs `ours` and `theirs`. */
export interface SigningStage {
  readonly world: HarborWorld;
  /** It is the home folder, too. */
  readonly workspace: string;
  /** The form that this Harbor recognises. */
  readonly format: 'bundle' | 'classic';
  /** Runs a step about an image, as a robot account that may do what CI does, unless another account is given. */
  run(
    step: string,
    image: PushedImage,
    inputs?: Readonly<Record<string, string | undefined>>,
    as?: { readonly account?: Credentials; readonly environment?: Record<string, string> },
  ): Promise<CapturedRuntime>;
  /** What an index and each of its images are to Harbor, the index first. */
  digestsOf(image: PushedImage): readonly Digest[];
  /** The types of what Harbor lists for a digest. */
  accessoryTypes(image: PushedImage, digest: Digest): Promise<readonly string[]>;
  close(): Promise<void>;
}

const permissions = ['repository:pull', 'repository:push', 'artifact:read', 'artifact:list', 'accessory:list'];

/** Prepares it, with the embedded Harbor of a version, or with the one under test. */
export async function openStage(version?: HarborVersion): Promise<SigningStage> {
  const world = await harborWorld(version);
  const workspace = await mkdtemp(join(tmpdir(), 'signing-'));
  await writeKeyPairs(workspace);
  const format = chooseFormat(await world.harbor.version());
  if (format === 'both') throw new Error('the Harbor under test does not tell its version');
  const robots = new Map<string, Promise<Credentials>>();
  const robotOf = (project: string): Promise<Credentials> => {
    const robot = robots.get(project) ?? world.robot(project, ...permissions);
    robots.set(project, robot);
    return robot;
  };
  return {
    world,
    workspace,
    format,
    run: async (name, { project, repository, digest }, inputs = {}, { account, environment } = {}) => {
      const { username, password } = account ?? (await robotOf(project));
      const given = {
        registry: world.host,
        image: `${project}/${repository}`,
        digest,
        username,
        password,
        'ca-certificate': world.caCertificate,
        ...(name === 'sign' ? { key: 'ours.key' } : { 'public-key': 'ours.pub' }),
        record: `${repository}.json`,
        ...inputs,
      };
      return runStep(workspace, name, given, environment);
    },
    digestsOf: ({ digest, platforms }) => [digest, ...platforms.keys()],
    accessoryTypes: async ({ project, repository }, digest) =>
      (await world.harbor.accessories(project, repository, digest)).map(({ type }) => type),
    close: async () => {
      await world.close();
      await rm(workspace, { recursive: true, force: true });
    },
  };
}
