import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executeStep, pullSecretStep } from '@harbor-pilot/steps';
import { captureRuntime } from '../../packages/steps/test/runtime.ts';
import { type HarborStage, startHarborStage } from '../rollout/harbor-stage.ts';
import { createKubeApi, type Json, type KubeApi } from '../rollout/kube-api.ts';

/** A robot account, or what one pretends to be. */
export interface Robot {
  readonly username: string;
  readonly password: string;
}

/** A Harbor with accounts, and a cluster for its secrets. */
export interface World {
  readonly harbor: HarborStage;
  readonly kubeconfig: string;
  readonly api: KubeApi;
  /** Two that may pull from the project shop, and one that may not. */
  readonly robots: { readonly first: Robot; readonly second: Robot; readonly idle: Robot };
  /** Makes a namespace that has its service account. */
  namespace(name: string, labels?: Readonly<Record<string, string>>): Promise<string>;
  secret(namespace: string, name?: string): Promise<Json>;
  serviceAccount(namespace: string): Promise<Json>;
  /** Writes a kubeconfig and gives its path. */
  file(kubeconfig: string): Promise<string>;
  /** Where the step runs: with the kubeconfig, and the authority of Harbor as `ca.crt`. */
  readonly folder: string;
  /** Runs the step; inputs by their names in kebab-case. */
  run(robot: Robot, inputs: Readonly<Record<string, string>>): Promise<Ran>;
  close(): Promise<void>;
}

/** What came of a run that succeeded; of one that failed the error is thrown, with the lines in the world's `lines`. */
export interface Ran {
  readonly outputs: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
}

/** Starts a Harbor, and then the cluster beside it. */
export async function startWorld(startCluster: (harbor: HarborStage) => Promise<string>): Promise<World> {
  const harbor = await startHarborStage();
  const kubeconfig = await startCluster(harbor);
  const folder = await mkdtemp(join(tmpdir(), 'pull-secret-'));
  await writeFile(join(folder, 'kubeconfig'), kubeconfig);
  await writeFile(join(folder, 'ca.crt'), harbor.caCertificate);
  const api = createKubeApi(kubeconfig);
  const robot = async (name: string, action: string): Promise<Robot> => {
    const access = [{ resource: 'repository', action }];
    const made = await harbor.harbor.createRobot({ name, project: 'shop', durationDays: 1, access });
    return { username: made.name, password: made.secret };
  };
  const secretPath = (namespace: string, name: string): string => `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const accountPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  return {
    folder,
    harbor,
    kubeconfig,
    api,
    robots: {
      first: await robot('nodes-1', 'pull'),
      second: await robot('nodes-2', 'pull'),
      idle: await robot('list', 'list'),
    },
    namespace: async (name, labels = {}) => {
      await api.need('POST', '/api/v1/namespaces', { metadata: { name, labels } });
      for (let tries = 200; (await api.ask('GET', accountPath(name))).status !== 200; tries -= 1) {
        if (tries === 0) throw new Error(`the namespace ${name} gets no service account`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      return name;
    },
    secret: async (namespace, name = 'harbor') => (await api.ask('GET', secretPath(namespace, name))).body,
    serviceAccount: async (namespace) => (await api.ask('GET', accountPath(namespace))).body,
    file: async (text) => {
      const path = join(folder, `kubeconfig-${randomUUID()}`);
      await writeFile(path, text);
      return path;
    },
    run: async (robot, inputs) => {
      const runtime = captureRuntime(folder);
      const given: Readonly<Record<string, string>> = {
        registry: harbor.host,
        'ca-certificate': 'ca.crt',
        kubeconfig: 'kubeconfig',
        ...robot,
        ...inputs,
      };
      try {
        await executeStep(pullSecretStep, runtime, [(name) => given[name]]);
        return { outputs: runtime.outputs, lines: runtime.lines };
      } finally {
        await runtime.end();
      }
    },
    close: async () => {
      api.close();
      await harbor.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The entries of a pull secret. */
export function authsOf(secret: Json): Json {
  return JSON.parse(Buffer.from(secret.data['.dockerconfigjson'], 'base64').toString()).auths;
}
