import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { otherVariables, type Runtime } from '@harbor-pilot/step-kit';

/** Where the demo's files are in the repository. */
const examplesFolder = resolve(import.meta.dirname, '../../../../examples');

/** The place that the demo plays at: a Harbor, a cluster, and the folder of a user's repository. */
export interface Stage {
  /** Host of the registry. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
  readonly caCertificate?: string;
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  /** Copy of examples/hello that the demo may change. */
  readonly workspace: string;
  /** Adds the advisory that refuses the second release, and gives what takes it away again; undefined where the scanner is not ours. */
  readonly plantAdvisory?: () => Promise<() => Promise<void>>;
}

/**
 * Sets the stage: embedded servers, or those that `HARBOR_PILOT_DEMO_REGISTRY` and `HARBOR_PILOT_DEMO_KUBECONFIG` name.
 * Nothing else that is configured on the machine is looked at.
 */
export async function setStage(runtime: Runtime): Promise<Stage> {
  const folder = await runtime.temporaryFolder();
  const workspace = join(folder, 'hello');
  const withoutModules = (path: string): boolean => basename(path) !== 'node_modules';
  await cp(join(examplesFolder, 'hello'), workspace, { recursive: true, filter: withoutModules }).catch(
    (cause: unknown) => {
      throw new PilotError('FILE_UNREADABLE', `the demo has no ${join(examplesFolder, 'hello')}`, {
        cause,
        hint: 'Run the demo in a clone of the repository.',
      });
    },
  );
  await cp(join(examplesFolder, 'base'), join(folder, 'base'), { recursive: true });
  const harbor = await stageHarbor(folder, runtime);
  return { ...harbor, workspace, kubeconfig: await stageCluster(folder, harbor, runtime) };
}

type HarborStage = Omit<Stage, 'workspace' | 'kubeconfig'>;

async function stageHarbor(folder: string, runtime: Runtime): Promise<HarborStage> {
  const {
    [otherVariables.demoRegistry]: registry,
    HARBOR_PILOT_USERNAME: username,
    HARBOR_PILOT_PASSWORD: password,
  } = runtime.environment;
  if (registry === undefined) return embeddedHarbor(folder, runtime);
  if (username === undefined || password === undefined) {
    throw new PilotError('INPUT_INVALID', `there are no credentials for ${registry}`, {
      hint: 'Set HARBOR_PILOT_USERNAME and HARBOR_PILOT_PASSWORD to those of somebody who may create projects and robot accounts.',
    });
  }
  runtime.mask(password);
  const certificate = runtime.environment.HARBOR_PILOT_CA_CERTIFICATE;
  return {
    registry,
    username,
    password,
    ...(certificate === undefined ? {} : { caCertificate: await pemText(certificate) }),
  };
}

async function pemText(value: string): Promise<string> {
  return value.includes('-----BEGIN') ? value : readFile(value, 'utf8');
}

async function embeddedHarbor(folder: string, runtime: Runtime): Promise<HarborStage> {
  const { startDevHarbor } = await import('@harbor-pilot/dev-harbor');
  const advisoriesDirectory = join(folder, 'advisories');
  await mkdir(advisoriesDirectory);
  const harbor = await startDevHarbor({ dataDirectory: join(folder, 'harbor'), advisoriesDirectory });
  runtime.onCleanup(() => harbor.close());
  runtime.info(`  embedded Harbor at ${harbor.url}`);
  const advisories = join(examplesFolder, 'hello', 'advisories-demo');
  const planted = 'DEMO-2026-0001.json';
  await cp(advisories, advisoriesDirectory, { recursive: true, filter: (path) => basename(path) !== planted });
  return {
    registry: harbor.host,
    username: harbor.username,
    password: harbor.password,
    caCertificate: harbor.caCertificate,
    plantAdvisory: async () => {
      const place = join(advisoriesDirectory, planted);
      await cp(join(advisories, planted), place);
      return () => rm(place, { force: true });
    },
  };
}

async function stageCluster(folder: string, harbor: HarborStage, runtime: Runtime): Promise<string> {
  const given = runtime.environment[otherVariables.demoKubeconfig];
  if (given !== undefined) return resolve(runtime.workspace, given);
  const { startDevCluster } = await import('@harbor-pilot/dev-cluster');
  const cluster = await startDevCluster({
    nodes: [
      { name: 'node-amd64', platform: 'linux/amd64' },
      { name: 'node-arm64', platform: 'linux/arm64' },
    ],
    registryCas: harbor.caCertificate === undefined ? {} : { [harbor.registry]: harbor.caCertificate },
  });
  runtime.onCleanup(() => cluster.close());
  runtime.info(`  embedded cluster at ${cluster.url}, nodes for linux/amd64 and linux/arm64`);
  const path = join(folder, 'kubeconfig');
  await writeFile(path, cluster.kubeconfig, { mode: 0o600 });
  return path;
}
