import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterClient } from '@harbor-pilot/cluster';
import { PilotError } from '@harbor-pilot/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeStep, pullSecretStep } from '../src/index.ts';
import { findNamespaces } from '../src/pull-secret/namespaces.ts';
import { writeAll } from '../src/pull-secret/write-all.ts';
import { captureRuntime } from './runtime.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pull-secret-'));
  await writeFile(join(folder, 'kubeconfig'), 'current-context: one');
  await mkdir(join(folder, '.docker'));
  const auths = { 'hub.test': { auth: 'PHRva2VuPjo=', identitytoken: 'token-of-the-test' } };
  await writeFile(join(folder, '.docker/config.json'), JSON.stringify({ auths }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the step with inputs that are refused before anything is sent. */
function run(inputs: Readonly<Record<string, string>>): Promise<void> {
  const given: Readonly<Record<string, string>> = { kubeconfig: 'kubeconfig', ...inputs };
  return executeStep(pullSecretStep, captureRuntime(folder), [(name) => given[name]]);
}

const account = { registry: 'harbor.test', username: 'robot$shop+nodes', password: 'secret-of-the-test' };
const listed = (registry: string): string => `- registry: ${registry}\n  username: a\n  password: password-in-the-list`;

describe('a pull secret is refused before anything is sent', () => {
  it.each([
    ['without a kubeconfig', { kubeconfig: '', ...account }, 'there is no kubeconfig'],
    [
      'with a name that Kubernetes does not take',
      { ...account, 'secret-name': 'Harbor_1' },
      '"Harbor_1" cannot be the name',
    ],
    ['without a registry', { username: 'a', password: 'secret-of-the-test' }, 'the input "registry" is missing'],
    ['without a password', { registry: 'harbor.test', username: 'a' }, 'there is no password of a for harbor.test'],
    ['of an identity token', { registry: 'hub.test' }, 'the login of hub.test is an identity token'],
    [
      'of a robot account that ends with its job',
      { ...account, username: 'robot$shop+harbor-pilot-github-4711-1-release-3f2a9c01' },
      'is deleted when its job ends',
    ],
    [
      'with two accounts of one registry',
      { ...account, 'registry-auth': listed('harbor.test') },
      'harbor.test is in "registry-auth", and another account is given for it, too',
    ],
    [
      'of several registries for KubeSphere',
      { ...account, 'registry-auth': listed('ghcr.io'), 'kubesphere-creator': 'admin' },
      'KubeSphere reads one registry of a secret, but there are several: harbor.test, ghcr.io',
    ],
    [
      'with half of what KubeSphere wants',
      { ...account, 'kubesphere-insecure': 'true' },
      '"kubesphere-insecure" is given, but "kubesphere-creator" is not',
    ],
  ])('%s', async (_title, inputs, message) => {
    await expect(run(inputs)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });
});

describe('a namespace that is deleted while the secrets are written', () => {
  const plan = {
    content: { name: 'harbor', accounts: [{ registry: 'harbor.test', username: 'a', password: 'secret-of-the-test' }] },
    namespaces: ['going', 'staying'],
    serviceAccounts: [],
  };
  const refusal = new PilotError('ANSWER_UNEXPECTED', 'it is being terminated', { details: { status: 403 } });
  /** A cluster in which one namespace is deleted after it was found. */
  function cluster(): ClusterClient {
    let lists = 0;
    const items = plan.namespaces.map((name) => ({ metadata: { name } }));
    return {
      list: async () => ({ items: lists++ === 0 ? items : items.slice(1) }),
      get: async () => undefined,
      apply: async ({ namespace }: { namespace: string }) => {
        if (namespace === 'going') throw refusal;
        return { object: { metadata: { resourceVersion: '1' } } };
      },
    } as unknown as ClusterClient;
  }
  const write = async (namespaces?: readonly string[]) => {
    const [client, runtime] = [cluster(), captureRuntime(folder)];
    const { isGone } = await findNamespaces(client, { namespaces, namespaceSelector: 'team=shop' }, runtime.signal);
    return writeAll(client, plan, isGone, runtime);
  };

  it('is left out when its labels found it, and a failure when it was named', async () => {
    expect(await write()).toEqual({ written: ['staying'], changed: ['staying'] });
    await expect(write(['going'])).rejects.toThrow('not complete in 1 of 2 namespaces: going: it is being terminated');
  });
});
