import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@harbor-pilot/core';
import { createHttp, type Http } from '@harbor-pilot/http';
import {
  describeWithPeers,
  type PrivateSigstore,
  privateSigstorePeers,
  startPrivateSigstore,
} from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createIdentitySource } from '../src/identity/identity-source.ts';
import { createKeylessSigner } from '../src/keyless-signer.ts';
import { generateKeyPair } from '../src/keys/key-pair.ts';
import { openWitnesses } from '../src/services/open-witnesses.ts';
import { parseSigningConfig } from '../src/services/signing-config.ts';
import { loadSigner, type Signer } from '../src/signer.ts';
import { signStatement } from '../src/write-bundle.ts';

// Real servers, which take their time on a busy machine.
jest.setTimeout(120_000);

const digest = 'a'.repeat(64);
const statement = JSON.stringify({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'app', digest: { sha256: digest } }],
  predicateType: 'https://example.com/test',
  predicate: {},
});
const workflow = 'shop/app/.github/workflows/release.yml@refs/heads/main';

describeWithPeers('signing with a private Sigstore', ['cosign', ...privateSigstorePeers], (programs) => {
  let sigstore: PrivateSigstore;
  let http: Http;
  let folder: string;
  beforeAll(async () => {
    sigstore = await startPrivateSigstore(programs, { isTls: true });
    folder = await mkdtemp(join(tmpdir(), 'keyless-'));
    const trust = { caCertificate: sigstore.caCertificate ?? '' };
    const hosts = Object.values(sigstore.proxies).map(({ host }) => [host, trust]);
    http = createHttp({ trust: Object.fromEntries(hosts) });
  });
  afterAll(async () => {
    http?.close();
    await sigstore?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const config = () => parseSigningConfig(JSON.stringify(sigstore.signingConfig), 'signing_config.json');
  const keyless = () => {
    const identity = createIdentitySource({
      origin: 'the test',
      audience: 'sigstore',
      hint: '',
      clock: systemClock,
      mask: () => undefined,
      read: async () => sigstore.token({ workflow }),
    });
    return createKeylessSigner({ http, config: config(), identity, clock: systemClock });
  };
  const cosignVerifies = async (signer: Signer, flags: readonly string[]): Promise<string> => {
    const bundle = await signStatement(statement, signer, openWitnesses(config(), http, new Date()));
    const file = join(folder, 'bundle.json');
    await writeFile(file, bundle);
    const about = ['--type', 'https://example.com/test', '--digest', digest, '--digestAlg', 'sha256'];
    const trust = ['--trusted-root', sigstore.trustedRootFile, '--use-signed-timestamps'];
    const { promise, resolve } = Promise.withResolvers<string>();
    execFile(
      programs.cosign,
      ['verify-blob-attestation', '--bundle', file, ...about, ...trust, ...flags],
      (error, out, text) => resolve(error === null ? 'verified' : out + text),
    );
    return promise;
  };

  it('makes a bundle with certificate, log entry and timestamp that cosign verifies', async () => {
    const signer = await keyless();
    expect(signer.identity).toBe(`https://github.com/${workflow}`);
    expect(signer.issuer).toBe(sigstore.issuers.workflows);
    const who = ['--certificate-identity', signer.identity, '--certificate-oidc-issuer', signer.issuer];
    await expect(cosignVerifies(signer, who)).resolves.toBe('verified');
  });

  it('makes a bundle with a key, log entry and timestamp that cosign verifies', async () => {
    const pair = await generateKeyPair('');
    const signer = await loadSigner(pair.privateKeyPem);
    const file = join(folder, 'key.pub');
    await writeFile(file, pair.publicKeyPem);
    await expect(cosignVerifies(signer, ['--key', file])).resolves.toBe('verified');
  });
});
