import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declarationsOf, defineStep, type Step } from '@harbor-pilot/step-kit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  allSteps,
  executeStep,
  loginStep,
  promoteStep,
  pushStep,
  releaseStep,
  rolloutStep,
  signStep,
} from '../src/index.ts';
import { captureRuntime } from './runtime.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steps-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const echo = defineStep({
  name: 'echo',
  summary: 'Says what it was given.',
  inputs: {
    image: { kind: 'text', description: 'x', config: 'image', required: true },
    password: { kind: 'secret', description: 'x' },
    severityCutoff: { kind: 'text', description: 'x', config: 'scan-gate.severity-cutoff', default: 'high' },
  },
  outputs: { image: { description: 'x' }, severityCutoff: { description: 'x' }, nothing: { description: 'x' } },
  run: async ({ image, severityCutoff }) => ({ image, severityCutoff, nothing: undefined }),
});

describe('executeStep', () => {
  it('takes what is given, then harbor-pilot.yml, then the default; masks secrets; hands over outputs', async () => {
    await writeFile(join(folder, 'harbor-pilot.yml'), 'image: from/file\nscan-gate: { severity-cutoff: low }\n');
    const runtime = captureRuntime(folder);
    await executeStep(echo, runtime, [(name) => ({ image: 'given/here', password: 'hidden-away' })[name]]);
    expect([runtime.outputs, runtime.masked]).toEqual([
      { image: 'given/here', 'severity-cutoff': 'low' },
      ['hidden-away'],
    ]);
    const empty = captureRuntime(folder);
    await executeStep(echo, empty, [() => '']);
    expect(empty.outputs.image).toBe('from/file');
  });

  it('needs a file that was asked for by name', async () => {
    const failing = executeStep(echo, captureRuntime(folder), [
      (name) => (name === 'config' ? 'other.yml' : undefined),
    ]);
    await expect(failing).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('variables that look like inputs', () => {
  const warnings = async (variables: Record<string, string>, given: Record<string, string> = {}) => {
    const runtime = captureRuntime(folder, variables);
    await executeStep(echo, runtime, [(name) => ({ image: 'a/b', ...given })[name]]);
    return runtime.lines;
  };

  it('and are none get a warning each, with the name that was meant', async () => {
    expect(
      await warnings({
        HARBOR_PILOT_PASWORD: 'p',
        HARBOR_PILOT_SEVERTY_CUTOFF: 'low',
        HARBOR_PILOT_SOMETHING_ELSE: 'x',
      }),
    ).toEqual([
      'warning: the variable HARBOR_PILOT_PASWORD is not read: there is no such input. Did you mean HARBOR_PILOT_PASSWORD?',
      'warning: the variable HARBOR_PILOT_SEVERTY_CUTOFF is not read: there is no such input. Did you mean HARBOR_PILOT_SEVERITY_CUTOFF?',
      'warning: the variable HARBOR_PILOT_SOMETHING_ELSE is not read: there is no such input',
    ]);
  });

  it('come before the error of the input that is missing', async () => {
    const runtime = captureRuntime(folder, { HARBOR_PILOT_IMAGES: 'a/b' });
    await expect(executeStep(echo, runtime, [])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(runtime.lines).toEqual([expect.stringContaining('HARBOR_PILOT_IMAGE?')]);
  });

  it('are fine when another step or another part of the project reads them, when they are blank, or when an input names them', async () => {
    const fine = {
      HARBOR_PILOT_KUBECONFIG: 'k',
      HARBOR_PILOT_IN_PLACE: 'true',
      HARBOR_PILOT_REGISTRY_CACERT: 'c',
      HARBOR_PILOT_OUTPUT_GATE_REPORTS: 'r',
      HARBOR_PILOT_RESULT_FILE: 'f',
      HARBOR_PILOT_EMPTY: ' ',
      HARBOR_PILOT_MY_OWN: 'secret',
      OTHER: 'x',
    };
    expect(await warnings(fine, { 'severity-cutoff': 'env://HARBOR_PILOT_MY_OWN' })).toEqual([]);
  });
});

it('reads no settings, and says so, when their file has the other ending', async () => {
  await writeFile(join(folder, 'harbor-pilot.yaml'), 'image: from/file\n');
  const given = executeStep(echo, captureRuntime(folder), [(name) => (name === 'image' ? 'a/b' : undefined)]);
  await expect(given).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    hint: expect.stringContaining('harbor-pilot.yml'),
  });
  const named = captureRuntime(folder);
  await executeStep(echo, named, [(name) => (name === 'config' ? 'harbor-pilot.yaml' : undefined)]);
  expect(named.outputs.image).toBe('from/file');
});

describe('bad input', () => {
  const run = (raw: Record<string, string>, step: Step = releaseStep): Promise<void> =>
    executeStep(step, captureRuntime(folder), [(name) => raw[name]]);
  const base = { registry: 'h.example.com', image: 'shop/hello:1', username: 'u', password: 'password-1' };

  it('tells whoever gives tags with their repository, as docker/build-push-action takes them, how they are given', async () => {
    await expect(run({ ...base, tags: 'h.example.com/shop/hello:2' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      hint: 'Give the repository as image, and here only what comes after its ":".',
    });
    await expect(run({ ...base, tags: 'feature/one' })).rejects.toMatchObject({
      hint: expect.stringContaining(': feature-one would do.'),
    });
    await expect(run({ ...base, tags: 'latest v1' })).rejects.toMatchObject({
      hint: 'Put commas or line breaks between tags.',
    });
  });

  it.each([pushStep, signStep, promoteStep, rolloutStep])(
    'is a record that cannot be written, before anything is: %#',
    (step) =>
      expect(run({ ...base, to: 'shop/other', record: '.' }, step)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' }),
  );

  it.each([
    [{}, 'INPUT_INVALID', /"image" is missing/],
    [{ ...base, image: 'hello:1' }, 'REFERENCE_INVALID', /no project/],
    [{ image: 'shop/hello:1' }, 'REFERENCE_INVALID', /names no registry/],
    [{ ...base, image: 'shop/hello' }, 'INPUT_INVALID', /no tag/],
    [{ ...base, tags: 'a b' }, 'INPUT_INVALID', /"a b" is not a tag/],
    [{ ...base, password: '' }, 'INPUT_INVALID', /"password" is missing/],
    [{ ...base, 'ca-certificate': 'nowhere.crt' }, 'FILE_UNREADABLE', /nowhere\.crt/],
    [{ ...base, 'ca-certificate': '-----BEGIN CERTIFICATE-----\nnone\n' }, 'INPUT_INVALID', /no certificate/],
    [{ ...base, image: 'other.example.com/shop/hello:1' }, 'INPUT_INVALID', /another host/],
    [{ ...base, image: `shop/hello@sha256:${'a'.repeat(64)}` }, 'INPUT_INVALID', /no tag|a release builds/],
    [{ ...base, key: 'env://NO_KEY' }, 'KEY_INVALID', /NO_KEY/],
    [{ ...base, manifests: 'deploy' }, 'INPUT_INVALID', /no kubeconfig/],
    [{ ...base, manifests: 'deploy', kubeconfig: 'k' }, 'FILE_UNREADABLE', /kubeconfig .*k cannot be read/],
  ])('%p of a release is found before anything is sent', async (raw, code, message) => {
    await expect(run(raw as Record<string, string>)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  it('of a login', async () => {
    await expect(run({}, loginStep)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(run({ registry: 'h.example.com' }, loginStep)).rejects.toMatchObject({
      message: expect.stringContaining('no credentials'),
    });
  });
});

describe('the declarations', () => {
  it('describe every input and output in sentences, and put each place in the file to one use', () => {
    const places = new Map<string, string>();
    for (const step of allSteps) {
      for (const [name, { description, config }] of Object.entries(declarationsOf(step))) {
        expect(`${step.name} ${name}: ${description}`).toMatch(/: [A-Z`][^\n]+\.$/);
        // The only account of that step is the one that pulls.
        const use = step.name === 'pull-secret' && name === 'username' ? 'pullUsername' : name;
        if (config !== undefined) expect(places.set(config, places.get(config) ?? use).get(config)).toBe(use);
      }
      for (const { description } of Object.values(step.outputs)) expect(description).toMatch(/\.$/);
    }
  });
});
