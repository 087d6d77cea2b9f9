import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@harbor-pilot/core';
import { createHttp, type Http } from '@harbor-pilot/http';
import { contentOf, mediaTypes } from '@harbor-pilot/oci';
import {
  describeWithPeers,
  type PrivateSigstore,
  privateSigstorePeers,
  startPrivateSigstore,
} from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createIdentitySource } from '../src/identity/identity-source.ts';
import { createKeylessSigner } from '../src/keyless-signer.ts';
import { generateKeyPair } from '../src/keys/key-pair.ts';
import { exactName } from '../src/name-rule.ts';
import { proveArtifact } from '../src/prove/prove-artifact.ts';
import { parsePublicKey } from '../src/public-key.ts';
import { openWitnesses } from '../src/services/open-witnesses.ts';
import { parseSigningConfig } from '../src/services/signing-config.ts';
import { signDigests } from '../src/sign-digests.ts';
import { loadSigner, type Signer } from '../src/signer.ts';
import { parseTrustRoot } from '../src/trust-root.ts';
import type { SignerPolicy, TrustedSigner, Waiver } from '../src/trusted-signers.ts';
import { signStatement } from '../src/write-bundle.ts';
import { memoryRegistry } from './memory-registry.ts';
import { verified } from './verified.ts';

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

  const config = (logVersion: number) => {
    const { signingConfig } = sigstore;
    const rekorTlogUrls = signingConfig.rekorTlogUrls.filter(({ majorApiVersion }) => majorApiVersion === logVersion);
    return parseSigningConfig(JSON.stringify({ ...signingConfig, rekorTlogUrls }), 'signing_config.json');
  };
  const keyless = (
    clock: Clock = systemClock,
    request: () => Parameters<PrivateSigstore['token']>[0] = () => ({ workflow }),
  ) => {
    const identity = createIdentitySource({
      origin: 'the test',
      audience: 'sigstore',
      hint: '',
      clock: systemClock,
      mask: () => undefined,
      read: async () => sigstore.token(request()),
    });
    return createKeylessSigner({ http, config: config(2), identity, clock });
  };
  const cosignVerifies = async (bundle: string, flags: readonly string[]): Promise<string> => {
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
  const policyOf = async (signer: TrustedSigner, waivers: readonly Waiver[] = []): Promise<SignerPolicy> => {
    const trustRoot = await parseTrustRoot(JSON.stringify(sigstore.trustedRoot), 'trusted_root.json');
    return { signers: [signer], trustRoot, waivers: new Set(waivers) };
  };
  const certificateOf = (identity: string) => [
    '--certificate-identity',
    identity,
    '--certificate-oidc-issuer',
    sigstore.issuers.workflows,
  ];

  describe.each([1, 2])('with a log of Rekor %d', (logVersion) => {
    const signWith = (signer: Signer) =>
      signStatement(statement, signer, openWitnesses(config(logVersion), http, new Date()));

    it('makes a bundle with certificate, log entry and timestamp that cosign verifies', async () => {
      const signer = await keyless();
      expect(signer.identity).toBe(`https://github.com/${workflow}`);
      expect(signer.issuer).toBe(sigstore.issuers.workflows);
      const bundle = await signWith(signer);
      await expect(cosignVerifies(bundle, certificateOf(signer.identity))).resolves.toBe('verified');
      await expect(cosignVerifies(bundle, certificateOf('somebody'))).resolves.toMatch(/no matching|expected SAN/);
    });

    it.each(['ecdsa-p256', 'rsa-2048', logVersion === 1 ? 'ed25519' : 'ecdsa-p384'] as const)(
      'makes a bundle with a key (%s), log entry and timestamp',
      async (type) => {
        const pair = await generateKeyPair('', type);
        const bundle = await signWith(await loadSigner(pair.privateKeyPem));
        const policy = await policyOf({ kind: 'key', publicKey: parsePublicKey(pair.publicKeyPem) });
        const proof = await proveArtifact(
          Buffer.from(bundle),
          { sha256: Buffer.from(digest, 'hex') },
          policy,
          new Date(),
        );
        expect(proof).toMatchObject({ verifiedWith: expect.arrayContaining(['transparency-log', 'timestamp']) });
        // cosign verifies bundles of such keys only with SHA-256.
        if (type === 'ecdsa-p384') return;
        const file = join(folder, 'key.pub');
        await writeFile(file, pair.publicKeyPem);
        await expect(cosignVerifies(bundle, ['--key', file])).resolves.toBe('verified');
      },
    );

    it('signs a classic image signature that is verified with all that speaks for it', async () => {
      const registry = memoryRegistry();
      const image = contentOf(mediaTypes.ociManifest, '{}').descriptor;
      const repository = 'shop/app';
      const signer = await keyless();
      const witnesses = openWitnesses(config(logVersion), http, new Date());
      const options = { registry, repository, clock: systemClock };
      await signDigests({ ...options, digests: [image], signer, witnesses, format: 'classic' });
      const { identity, issuer } = signer;
      const who = { kind: 'certificate', identity: exactName(identity), issuer: exactName(issuer) } as const;
      const policy = await policyOf(who, logVersion === 1 ? [] : ['transparency-log']);
      const [found] = await verified({ ...options, digest: image.digest, policy });
      const log = logVersion === 1 ? ['transparency-log'] : [];
      expect([...(found?.proof.verifiedWith ?? [])].sort()).toEqual(['certificate-transparency', 'timestamp', ...log]);
    });
  });

  it('renews the certificate for the same key when it nears its end, with a new token', async () => {
    let time = Date.now();
    let lifetimeSeconds = 100;
    const clock: Clock = { now: () => new Date(time), sleep: async () => undefined };
    const signer = await keyless(clock, () => ({ workflow, lifetimeSeconds }));
    const [first] = signer.certificates;
    await Promise.all([signer.sign(Buffer.from('a')), signer.sign(Buffer.from('b'))]);
    expect(signer.certificates[0]).toBe(first);
    time += 490_000;
    lifetimeSeconds = 600;
    sigstore.proxies.fulcio.reset();
    await Promise.all([signer.sign(Buffer.from('a')), signer.sign(Buffer.from('b'))]);
    expect(sigstore.proxies.fulcio.requests).toHaveLength(1);
    const [second] = signer.certificates;
    expect(second).not.toEqual(first);
    const keyOf = (der: Uint8Array | undefined) => new X509Certificate(der ?? '').publicKey;
    expect(keyOf(second).equals(keyOf(first))).toBe(true);
  });

  it.each([
    ['of somebody that the issuer does not know', { isForged: true }],
    ['that has expired by the clock of Fulcio', { lifetimeSeconds: -30 }],
  ])('says that Fulcio does not take a token %s', async (_, request) => {
    await expect(keyless(systemClock, () => request)).rejects.toMatchObject({
      code: 'IDENTITY_TOKEN_INVALID',
      message: expect.stringContaining('does not take the identity token'),
    });
  });
});
