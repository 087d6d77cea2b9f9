import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '@harbor-pilot/core';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry, type Registry } from '@harbor-pilot/registry';
import {
  examineSignatures,
  generateKeyPair,
  type KeyType,
  keyPolicy,
  loadSigner,
  openExternalSigner,
  parsePublicKey,
  type Signer,
  signDigests,
} from '@harbor-pilot/sign';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pushImage } from '../interop/cosign-meeting.ts';
import { startDockerRegistry } from '../interop/docker-registry.ts';

const password = 'correct horse';
/** What `cosign verify --key` 3.1.3 must be told of a key; it takes all signatures for ones over SHA-256. */
const verifyFlags: Readonly<Partial<Record<KeyType, readonly string[]>>> = {
  'ecdsa-p384': ['--signature-digest-algorithm', 'sha384'],
  'ecdsa-p521': ['--signature-digest-algorithm', 'sha512'],
};
/** One for each algorithm and hash. RSA keys of other sizes sign in the same way, and with P-256 all other tests sign. */
const types: readonly KeyType[] = ['ecdsa-p384', 'ecdsa-p521', 'rsa-2048', 'ed25519'];
const forms = ['bundle', 'classic'] as const;

describeWithPeers('every kind of key, with cosign', ['cosign', 'docker-registry', 'openssl'], (programs) => {
  let folder: string;
  let registry: Registry;
  let close: () => Promise<void>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'key-kinds-'));
    const started = await startDockerRegistry(programs['docker-registry']);
    close = started.close;
    registry = createRegistry({ http: createHttp({}), host: started.host, plainHttp: true });
  });
  afterAll(async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  });

  const cosign = (...args: readonly string[]): number | null => {
    const env = { ...process.env, COSIGN_PASSWORD: password, DOCKER_CONFIG: folder };
    return spawnSync(programs.cosign, args, { cwd: folder, env }).status;
  };
  const flags = (form: (typeof forms)[number]): readonly string[] => [
    '--allow-http-registry',
    `--new-bundle-format=${form === 'bundle'}`,
  ];

  /** Signs an image in both forms and has cosign verify it. */
  async function cosignVerifies(name: string, signer: Signer, more: readonly string[]): Promise<void> {
    const repository = `ours/${name}`;
    for (const format of forms) {
      const image = await pushImage(registry, repository, format);
      await signDigests({ registry, repository, digests: [image], signer, format, clock: systemClock });
      const reference = `${registry.host}/${repository}@${image.digest}`;
      const key = ['--key', `${name}.pub`, '--insecure-ignore-tlog=true'];
      expect([format, cosign('verify', ...key, ...flags(format), ...more, reference)]).toEqual([format, 0]);
    }
  }

  it.each(types)('%s', async (type) => {
    const pair = await generateKeyPair(password, type);
    await writeFile(join(folder, `${type}.key`), pair.privateKeyPem);
    await writeFile(join(folder, `${type}.pub`), pair.publicKeyPem);
    await cosignVerifies(type, await loadSigner(pair.privateKeyPem, password), verifyFlags[type] ?? []);
    const publicKey = parsePublicKey(pair.publicKeyPem);
    const policy = keyPolicy(publicKey);
    const repository = `theirs/${type}`;
    for (const format of forms) {
      const { digest } = await pushImage(registry, repository, format);
      const offline = ['--use-signing-config=false', '--tlog-upload=false', '--yes'];
      const reference = `${registry.host}/${repository}@${digest}`;
      expect(cosign('sign', '--key', `${type}.key`, ...offline, ...flags(format), reference)).toBe(0);
      const { proved } = await examineSignatures({ registry, repository, digest, policy, clock: systemClock });
      expect(proved.map((one) => one.format)).toEqual([format]);
    }
  });

  it('a command that signs', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(join(folder, 'plain.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(join(folder, 'external.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    const command = {
      command: [resolve(import.meta.dirname, '../../examples/signers/openssl.sh'), 'plain.pem'],
      environment: process.env,
      variables: [],
      folder,
      timeoutSeconds: 60,
      clock: systemClock,
    };
    await cosignVerifies('external', await openExternalSigner(command), []);
  });
});
