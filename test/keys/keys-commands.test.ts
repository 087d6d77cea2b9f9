import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevCluster, startDevCluster } from '@harbor-pilot/dev-cluster';
import { loadSigner } from '@harbor-pilot/sign';
import type { Step } from '@harbor-pilot/step-kit';
import { executeStep, generateKeysStep, importKeysStep, publicKeyStep } from '@harbor-pilot/steps';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CapturedRuntime, captureRuntime } from '../../packages/steps/test/runtime.ts';

const password = 'password-of-the-key';
type Command = 'generate' | 'import' | 'public';
const steps = { generate: generateKeysStep, import: importKeysStep, public: publicKeyStep } as Readonly<
  Record<Command, Step>
>;

let cluster: DevCluster;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
  cluster = await startDevCluster({ nodes: [] });
  await writeFile(join(folder, 'kubeconfig'), cluster.kubeconfig);
});
afterAll(async () => {
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command. */
async function keys(
  command: Command,
  inputs: Readonly<Record<string, string>> = {},
  environment: Record<string, string> = { COSIGN_PASSWORD: password },
): Promise<CapturedRuntime> {
  const runtime = captureRuntime(folder, { KUBECONFIG: 'kubeconfig', ...environment });
  await executeStep(steps[command], runtime, [(name) => inputs[name]]);
  return runtime;
}

const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

describe('keys generate', () => {
  it('writes a key pair, the private key for nobody else to read, and prints nothing of it', async () => {
    const runtime = await keys('generate', { out: 'new' });
    expect((await stat(join(folder, 'new.key'))).mode & 0o777).toBe(0o600);
    const signer = await loadSigner(await read('new.key'), password);
    expect([signer.publicKeyPem, signer.keyId]).toEqual([await read('new.pub'), runtime.outputs['key-id']]);
    expect(runtime.masked).toEqual([password]);
    expect(runtime.lines.join('\n')).not.toMatch(/BEGIN|password-of/);
  });

  it('makes one of another kind', async () => {
    await keys('generate', { out: 'of-a-kind', 'key-type': 'ed25519' });
    const { publicKeyPem } = await loadSigner(await read('of-a-kind.key'), password);
    expect(createPublicKey(publicKeyPem).asymmetricKeyType).toBe('ed25519');
  });

  it('overwrites nothing unless it is to', async () => {
    await keys('generate', { out: 'kept' });
    const before = await read('kept.key');
    await expect(keys('generate', { out: 'kept' })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await rm(join(folder, 'kept.key'));
    await expect(keys('generate', { out: 'kept' })).rejects.toThrow(/kept\.pub is there already/);
    await keys('generate', { out: 'kept', force: 'true' });
    expect(await read('kept.key')).not.toBe(before);
  });

  it('takes the password from a file, an empty one only when it is given, and asks for none', async () => {
    await writeFile(join(folder, 'password'), 'from a file\n');
    await keys('generate', { out: 'file', 'password-file': 'password' });
    await expect(loadSigner(await read('file.key'), 'from a file')).resolves.toBeDefined();
    await keys('generate', { out: 'empty' }, { COSIGN_PASSWORD: '' });
    await expect(loadSigner(await read('empty.key'))).resolves.toBeDefined();
    const without = keys('generate', { out: 'none' }, {});
    await expect(without).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      hint: expect.stringContaining('COSIGN_PASSWORD') as unknown,
    });
    const absent = keys('generate', { out: 'none', 'password-file': 'absent' });
    await expect(absent).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await writeFile(join(folder, 'empty-password'), '\n');
    const nothing = keys('generate', { out: 'none', 'password-file': 'empty-password' });
    await expect(nothing).rejects.toThrow('empty-password holds no password');
    await expect(keys('generate', { out: 'no/folder' })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect((await readdir(folder)).filter((name) => name.startsWith('none'))).toEqual([]);
  });
});

describe('keys import', () => {
  it('brings a key into the form of cosign', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'old one' } as const;
    await writeFile(join(folder, 'foreign.pem'), privateKey.export(options));
    await expect(keys('import', { key: 'foreign.pem', out: 'own' })).rejects.toThrow(
      'the signing key needs a password',
    );
    await keys('import', { key: 'foreign.pem', 'key-password': 'old one', out: 'own' });
    expect(await read('own.key')).toMatch(/^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----/);
    const { outputs } = await keys('public', { key: 'own.key' });
    expect(outputs).toEqual({ 'public-key': await read('own.pub') });
  });
});

describe('keys in a Kubernetes secret', () => {
  it('are made, used and replaced', async () => {
    const inputs = { 'kubernetes-secret': 'default/signing', out: 'cluster' };
    await keys('generate', inputs);
    expect((await readdir(folder)).filter((name) => name.startsWith('cluster'))).toEqual(['cluster.pub']);
    const before = await read('cluster.pub');
    expect((await keys('public', { key: 'k8s://default/signing' }, {})).outputs['public-key']).toBe(before);
    const again = keys('generate', { ...inputs, out: 'other' });
    await expect(again).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await keys('generate', { ...inputs, force: 'true' });
    const after = (await keys('public', { key: 'k8s://default/signing' }, {})).outputs['public-key'];
    expect([after === before, after]).toEqual([false, await read('cluster.pub')]);
    const imported = { key: 'k8s://default/signing', out: 'back' };
    await keys('import', imported);
    expect(await read('back.pub')).toBe(after);
  });
});

describeWithPeers('the files of keys', ['cosign'], ({ cosign }) => {
  const env = { ...process.env, COSIGN_PASSWORD: password };
  const run = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(cosign, args, { cwd: join(folder, 'cosign'), env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    return stdout;
  };
  beforeAll(() => mkdir(join(folder, 'cosign')));

  it('are read by cosign', async () => {
    await keys('generate', { out: 'cosign/ours' });
    expect(run('public-key', '--key', 'ours.key')).toBe(await read('cosign/ours.pub'));
  });

  it('of cosign are read, both its own and those it has imported', async () => {
    run('generate-key-pair', '--output-key-prefix', 'theirs');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
    await writeFile(join(folder, 'cosign/rsa.pem'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
    run('import-key-pair', '--key', 'rsa.pem', '--output-key-prefix', 'rsa');
    for (const name of ['theirs', 'rsa']) {
      const { outputs } = await keys('public', { key: `cosign/${name}.key` });
      expect(outputs['public-key']).toBe(await read(`cosign/${name}.pub`));
    }
  });
});
