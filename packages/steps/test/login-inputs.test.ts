import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeStep, loginStep } from '../src/index.ts';
import { parseRegistryAuth } from '../src/login/registry-auth.ts';
import { captureRuntime } from './runtime.ts';

describe('the accounts of several registries', () => {
  it('are a list as docker/login-action takes it, with values as they stand', async () => {
    const text = `
- username: hub
  password: 007
- registry: https://GHCR.io/
  username: bot
  password: 'it''s: #1'
- { registry: "harbor.example.com:8443", username: robot$acme+ci, password: 1e5 }
- registry: plain.example.com
  username: on
  password:
`;
    expect(await parseRegistryAuth(text)).toEqual([
      { host: 'docker.io', username: 'hub', password: '007' },
      { host: 'ghcr.io', username: 'bot', password: "it's: #1" },
      { host: 'harbor.example.com:8443', username: 'robot$acme+ci', password: '1e5' },
      { host: 'plain.example.com', username: 'on', password: undefined },
    ]);
    const json = JSON.stringify([{ registry: 'a.example', username: 'u', password: 'p\n"' }]);
    expect(await parseRegistryAuth(json)).toEqual([{ host: 'a.example', username: 'u', password: 'p\n"' }]);
  });

  it.each([
    ['registry: a.example\npassword: s3cret', /not a list/],
    ['[]', /not a list/],
    ['s3cret', /not a list/],
    ['- s3cret', /entry 1 is not a map/],
    ['- registry: a.example\n  password: "s3cret', /line 2 is not YAML/],
    ['- registry: a.example\n  password: @s3cret', /line 2 is not YAML/],
    ['- registry: a.example\n  password: *s3cret', /line 2 has a value that begins with "\*"/],
    ['- registry: a.example\n  password: !s3cret', /line 2 is not YAML/],
    ['- registry: a.example\n  password: s3 #cret', /line 2 has a value that is cut/],
    ['- registry: a.example\n  password: s3cret\n  scope: "@push"', /the entry of a\.example has the key "scope"/],
    ['- registry: a.example\n  password: &s3cret x', /line 2 has a value that begins with "&"/],
    ['- registry: a.example\n  ecr: auto', /the entry of a\.example has the key "ecr"/],
    ['- registry: a.example\n  s3cret: x', /the entry of a\.example has a key that is not known/],
    ['- registry: a.example\n- registry: https://a.example', /a\.example is there twice/],
  ])('%j are refused, and not shown', async (text, message) => {
    const error: unknown = await parseRegistryAuth(text).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: expect.stringMatching(/INPUT_INVALID|REFERENCE_INVALID/) });
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain('s3cret');
  });

  it('may not have one that is given beside them', async () => {
    const given: Readonly<Record<string, string>> = {
      registry: 'a.example',
      username: 'u',
      password: 'password-1',
      'registry-auth': '- { registry: a.example, username: v, password: password-2 }',
    };
    await expect(executeStep(loginStep, captureRuntime('/'), [(name) => given[name]])).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('a.example is in "registry-auth"'),
    });
  });
});

describe('a password that is missing', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'login-inputs-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function failure(
    name: 'github' | 'gitlab' | 'terminal',
    environment: Record<string, string>,
    inputs: Record<string, string> = { registry: 'harbor.example.com', username: 'robot$acme+ci' },
  ): Promise<unknown> {
    const runtime = { ...captureRuntime(folder, environment), name };
    return executeStep(loginStep, runtime, [(input) => inputs[input]]).catch((reason: unknown) => reason);
  }

  async function pullRequest(repo: unknown): Promise<Record<string, string>> {
    const path = join(folder, 'event.json');
    await writeFile(path, JSON.stringify({ pull_request: { head: { repo } } }));
    return { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path, GITHUB_REPOSITORY: 'shop/hello' };
  }

  it.each([{ full_name: 'somebody/hello' }, null])('in a pull request of a fork, %j, is no mistake', async (repo) => {
    const environment = await pullRequest(repo);
    const expected = {
      code: 'INPUT_INVALID',
      exitCode: 2,
      message: expect.stringMatching(/harbor\.example\.com: GitHub gives a pull request of a fork no secrets/),
      hint: expect.stringContaining('pull_request_target'),
    };
    expect(await failure('github', environment)).toMatchObject(expected);
    expect(await failure('github', environment, { registry: 'harbor.example.com' })).toMatchObject(expected);
    const list = '- { registry: harbor.example.com, username: u, password: }';
    expect(await failure('github', environment, { 'registry-auth': list })).toMatchObject(expected);
  });

  it.each([
    ['github', { GITHUB_ACTOR: 'dependabot[bot]' }, /Dependabot/],
    ['gitlab', { CI_COMMIT_REF_PROTECTED: 'false' }, /protected variables/],
    ['gitlab', { CI_COMMIT_REF_PROTECTED: 'true' }, /for harbor\.example\.com$/],
    ['github', { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '/nowhere' }, /for harbor\.example\.com$/],
    ['terminal', {}, /there is no password of robot\$acme\+ci for harbor\.example\.com$/],
  ] as const)('on %s with %j has its reason', async (name, environment, message) => {
    expect(await failure(name, environment)).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('in a pull request of the repository itself is a mistake', async () => {
    const environment = await pullRequest({ full_name: 'shop/hello' });
    expect(await failure('github', environment)).toMatchObject({ message: expect.not.stringContaining('fork') });
  });
});
