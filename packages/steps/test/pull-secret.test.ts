import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeStep, pullSecretStep } from '../src/index.ts';
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
