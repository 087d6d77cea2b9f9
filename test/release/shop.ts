import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry, type Registry } from '@harbor-pilot/registry';
import { generateKeyPair } from '@harbor-pilot/sign';
import { parseRecord, type ReleaseRecord, type Runtime } from '@harbor-pilot/step-kit';
import { allSteps, executeStep } from '@harbor-pilot/steps';
import { type CapturedRuntime, captureRuntime } from '../../packages/steps/test/runtime.ts';
import { root } from '../architecture/sources.ts';

/** An embedded Harbor with a project "shop", and a workspace whose image has a package with a planted vulnerability or not. */
export interface Shop {
  readonly harbor: DevHarbor;
  readonly api: Harbor;
  readonly registry: Registry;
  readonly workspace: string;
  readonly advisories: string;
  readonly publicKey: string;
  /** Runs one step in the process of the test. */
  run(
    step: string,
    inputs?: Readonly<Record<string, string>>,
    environment?: Record<string, string>,
    runtime?: Partial<Runtime>,
  ): Promise<CapturedRuntime>;
  /** The tags of shop/app, sorted. */
  tags(): Promise<readonly string[]>;
  record(): Promise<ReleaseRecord>;
  /** Sends a request to Harbor's API as the administrator. */
  send(method: 'POST' | 'PUT', path: string, body: unknown): Promise<void>;
  close(): Promise<void>;
}

/** Starts a shop with some metadata of the project. */
export async function openShop(metadata: Readonly<Record<string, string>> = {}): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'));
  const [workspace, advisories] = [join(folder, 'work'), join(folder, 'advisories')];
  for (const path of [workspace, advisories]) await mkdir(path);
  const harbor = await startDevHarbor({ dataDirectory: join(folder, 'data'), advisoriesDirectory: advisories });
  const http = createHttp({ trust: { [harbor.host]: { caCertificate: harbor.caCertificate } } });
  const credentials = { username: harbor.username, password: harbor.password };
  const api = createHarbor({ http, host: harbor.host, credentials });
  await api.ensureProject('shop', { auto_scan: 'true', ...metadata });
  const registry = createRegistry({ http, host: harbor.host, credentials });
  const keys = await generateKeyPair('key-password');
  await writeFile(join(workspace, 'cosign.key'), keys.privateKeyPem);
  await writeFile(join(workspace, 'cosign.pub'), keys.publicKeyPem);
  await writeFile(join(workspace, 'Dockerfile'), 'FROM scratch\nCOPY package-lock.json /app/\n');
  await cp(join(root, 'examples/hello/package-lock.json'), join(workspace, 'package-lock.json'));
  const common = {
    registry: harbor.host,
    image: 'shop/app',
    username: harbor.username,
    password: harbor.password,
    'ca-certificate': harbor.caCertificate,
    platforms: 'linux/amd64,linux/arm64',
    'key-password': 'key-password',
    'public-key': 'cosign.pub',
    'scan-timeout': '30s',
  };
  return {
    harbor,
    api,
    registry,
    workspace,
    advisories,
    publicKey: keys.publicKeyPem,
    run: async (name, inputs = {}, environment = {}, extra = {}) => {
      const step = allSteps.find((candidate) => candidate.name === name);
      if (step === undefined) throw new Error(`no step ${name}`);
      const runtime = { ...captureRuntime(workspace, environment), ...extra };
      // For the step `verify` it is another name of the public key.
      const key = name === 'verify' ? undefined : 'cosign.key';
      const given: Readonly<Record<string, string | undefined>> = { ...common, key, ...inputs };
      try {
        await executeStep(step, runtime, [(input) => given[input]]);
      } finally {
        await runtime.end();
      }
      return runtime;
    },
    tags: async () => {
      const tags = await Array.fromAsync(registry.listTags('shop/app')).catch((error: unknown) => {
        if (error instanceof PilotError && error.code === 'REFERENCE_NOT_FOUND') return [];
        throw error;
      });
      return tags.filter((tag) => !tag.startsWith('sha256-')).sort();
    },
    record: async () => parseRecord(await readFile(join(workspace, 'harbor-pilot.json'), 'utf8')),
    send: async (method, path, body) => {
      const authorization = `Basic ${Buffer.from(`${harbor.username}:${harbor.password}`).toString('base64')}`;
      const response = await http.request({
        method,
        url: `${harbor.url}/api/v2.0${path}`,
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      await response.discard();
    },
    close: async () => {
      http.close();
      await harbor.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Plants an invented advisory of high severity against a dependency of the example. */
export async function plantAdvisory(shop: Shop): Promise<void> {
  await cp(
    join(root, 'examples/hello/advisories-demo/DEMO-2026-0001.json'),
    join(shop.advisories, 'DEMO-2026-0001.json'),
  );
}
