import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '@harbor-pilot/sign';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeStep, promoteStep, rolloutStep, verifyStep } from '../src/index.ts';
import { readTerms, type VerifyTerms } from '../src/verify/terms.ts';
import { captureRuntime } from './runtime.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const workflow = 'https://github.com/shop/app/.github/workflows/release.yml@refs/heads/main';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'));
  await mkdir(join(folder, 'ci/keys'), { recursive: true });
  await writeFile(join(folder, 'ci/keys/release.pub'), (await generateKeyPair('')).publicKeyPem);
  await writeFile(join(folder, 'ci/cosign.key'), (await generateKeyPair('')).privateKeyPem);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Given = Parameters<typeof readTerms>[0];
const nothing: Given = {
  publicKey: undefined,
  signedFor: undefined,
  verifyPolicy: undefined,
  certificateIdentity: undefined,
  certificateIdentityRegexp: undefined,
  certificateOidcIssuer: undefined,
  certificateOidcIssuerRegexp: undefined,
  trustedRoot: undefined,
  requireAnnotations: undefined,
  insecureIgnoreTransparencyLog: undefined,
  insecureIgnoreTimestamp: undefined,
  insecureIgnoreCertificateTransparency: undefined,
  signers: undefined,
  attestations: undefined,
};

async function terms(given: Partial<Given>, types?: readonly string[]): Promise<VerifyTerms | undefined> {
  return readTerms({ ...nothing, ...given }, captureRuntime(folder), types);
}

async function policy(text: string, given: Partial<Given> = {}): Promise<VerifyTerms | undefined> {
  await writeFile(join(folder, 'ci/policy.yml'), text);
  return terms({ ...given, verifyPolicy: 'ci/policy.yml' });
}

describe('a policy file', () => {
  it('says whose signatures count, with paths relative to it, and what else is required', async () => {
    const read = await policy(`
public-key: keys/release.pub
signers:
  - certificate-identity: ${workflow}
    certificate-oidc-issuer: ${issuer}
  - certificate-identity-regexp: https://gitlab\\.com/shop/.*
    certificate-oidc-issuer: https://gitlab.com
  - public-key: [keys/release.pub]
signed-for: harbor.example.com/dev/*
annotations:
  stage: release
insecure-ignore-timestamp: true
attestations:
  - slsaprovenance1
  - type: vuln
    public-key: keys/release.pub
    conditions:
      - { path: metadata.scanFinishedOn, newer-than: 7d }
`);
    expect(read?.policy.signers.map(({ kind }) => kind)).toEqual(['key', 'certificate', 'certificate', 'key']);
    expect([...(read?.policy.waivers ?? [])]).toEqual(['timestamp']);
    expect(read?.policy.trustRoot?.origin).toBe('public Sigstore');
    expect(read).toMatchObject({ signedFor: 'harbor.example.com/dev/*', annotations: { stage: 'release' } });
    expect(
      read?.attestations.map(({ predicateType, conditions, policy: own }) => [
        predicateType,
        conditions.length,
        own?.signers.length,
      ]),
    ).toEqual([
      ['https://slsa.dev/provenance/v1', 0, undefined],
      ['https://cosign.sigstore.dev/attestation/vuln/v1', 1, 1],
    ]);
    expect(read?.reported).toMatchObject({
      waivers: ['timestamp'],
      signers: expect.arrayContaining([`${workflow} of the issuer ${issuer}`]),
      rules: expect.arrayContaining([
        'Each signature must have the annotation stage=release.',
        expect.stringContaining('metadata.scanFinishedOn is newer than 7d'),
      ]),
      trustRoot: { origin: 'public Sigstore', ageDays: expect.any(Number) },
    });
  });

  it.each<readonly [string, string, number, RegExp]>([
    ['public-kye: a', 'CONFIG_INVALID', 1, /unknown key "public-kye".*/],
    ['policy: other.yml', 'CONFIG_INVALID', 1, /unknown key "policy"/],
    ['signers:\n  - public-keys: a', 'CONFIG_INVALID', 2, /unknown key "public-keys"/],
    ['signers:\n  - {}', 'CONFIG_INVALID', 2, /neither a public-key nor a certificate-identity/],
    ['signers: a', 'CONFIG_INVALID', 1, /"signers" is not a list/],
    ['signers: [1]', 'CONFIG_INVALID', 1, /entry 1 of "signers" is not a map/],
    [`signers: [${'{},'.repeat(101)}]`, 'CONFIG_INVALID', 1, /more than 100 entries/],
    ['signers:\n  - certificate-identity: a', 'INPUT_INVALID', 2, /no certificate-oidc-issuer/],
    [
      'public-key: keys/release.pub\nattestations:\n  - conditions: [{ path: a, exists: true }]',
      'CONFIG_INVALID',
      3,
      /no type/,
    ],
    [
      'public-key: keys/release.pub\nattestations: [{ type: vuln, conditions: [{ path: a }] }]',
      'INPUT_INVALID',
      2,
      /condition needs one of/,
    ],
    [
      'public-key: keys/release.pub\nattestations:\n  - { type: vuln, public-key: "" }',
      'CONFIG_INVALID',
      3,
      /"public-key" has no value/,
    ],
    [
      'public-key: keys/release.pub\nattestations: [vulnerability]',
      'INPUT_INVALID',
      0,
      /neither a name that is known nor a URI/,
    ],
    [
      'public-key: keys/release.pub\nannotations: ["a=1", "a=2"]',
      'INPUT_INVALID',
      0,
      /two texts for one annotation: "a=1"/,
    ],
    ['public-key: keys/release.pub\nannotations: { docker-reference: a }', 'INPUT_INVALID', 0, /cannot be given/],
    ['insecure-ignore-timestamp: "maybe"', 'CONFIG_INVALID', 1, /"insecure-ignore-timestamp" is "maybe"/],
    ['a: [', 'CONFIG_INVALID', 1, /./],
    [`# ${'x'.repeat(300_000)}`, 'CONFIG_INVALID', 0, /larger than/],
  ])('is refused with its line: %.60s', async (text, code, line, message) => {
    const where = line === 0 ? '' : `ci/policy.yml:${line}`;
    await expect(policy(text)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(where),
    });
    await expect(policy(text)).rejects.toThrow(message);
  });

  it('suggests the key that was meant', async () => {
    await expect(policy('public-kye: a')).rejects.toMatchObject({ hint: expect.stringContaining('"public-key"') });
    await expect(policy('signers:\n  - certificate-identiy: a')).rejects.toMatchObject({
      hint: expect.stringContaining('"certificate-identity"'),
    });
  });

  it('must trust somebody', async () => {
    for (const text of ['', 'signed-for: a/b/c', 'attestations: [vuln]']) {
      await expect(policy(text)).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/nobody is trusted/),
      });
    }
  });

  it('stands for all of the other inputs, but for signed-for', async () => {
    const text = 'public-key: keys/release.pub';
    await expect(policy(text, { publicKey: ['ci/keys/release.pub'] })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('"public-key"'),
    });
    expect(await policy(text, { signedFor: 'a.example/b/c' })).toMatchObject({ signedFor: 'a.example/b/c' });
  });

  it.each(['b/c', 'https://a.example/b/c', 'a.example/b/c:1', 'a.example/*', '*', 'a.example/b/**', 'a.example/b/C'])(
    'is not for what is no repository: %s',
    async (signedFor) => {
      await expect(policy('public-key: keys/release.pub', { signedFor })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringContaining(signedFor),
      });
    },
  );

  it('is for a repository however its host is written', async () => {
    const read = await policy('public-key: keys/release.pub\nsigned-for: A.example/b/*');
    expect(read?.signedFor).toBe('a.example/b/*');
  });
});

describe('inputs', () => {
  it.each<readonly [string, Partial<Given>, RegExp]>([
    ['an identity without an issuer', { certificateIdentity: 'a@b.example' }, /no certificate-oidc-issuer/],
    ['an issuer without an identity', { certificateOidcIssuer: issuer }, /no certificate-identity/],
    [
      'both forms of an identity',
      { certificateIdentity: 'a', certificateIdentityRegexp: 'a', certificateOidcIssuer: issuer },
      /both certificate-identity and/,
    ],
    [
      'an identity that anybody has',
      { certificateIdentityRegexp: '.*', certificateOidcIssuer: issuer },
      /lets anybody sign/,
    ],
    ['an issuer that anybody is', { certificateIdentity: 'a', certificateOidcIssuerRegexp: '.+' }, /lets anybody sign/],
    [
      'no regular expression',
      { certificateIdentityRegexp: '(', certificateOidcIssuer: issuer },
      /not a regular expression/,
    ],
    [
      'an annotation without a value',
      { publicKey: ['ci/keys/release.pub'], requireAnnotations: ['stage'] },
      /require-annotations.*"stage"/,
    ],
    ['a waiver and nobody who is trusted', { insecureIgnoreTransparencyLog: true }, /nobody is trusted/],
  ])('with %s are refused', async (_, given, message) => {
    await expect(terms(given)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('name a public key, and no private one', async () => {
    await expect(terms({ publicKey: ['ci/cosign.key'] })).rejects.toMatchObject({ code: 'KEY_INVALID' });
    await expect(terms({ publicKey: ['ci/absent.pub'] })).rejects.toMatchObject({ code: 'KEY_INVALID' });
  });

  it('name a trust root that can be read', async () => {
    const given = { publicKey: ['ci/keys/release.pub'], trustedRoot: 'ci/policy.yml' };
    await writeFile(join(folder, 'ci/policy.yml'), '{}');
    await expect(terms(given)).rejects.toMatchObject({ code: 'TRUST_ROOT_INVALID' });
    await expect(terms({ ...given, trustedRoot: 'absent.json' })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('that say nothing ask for nothing', async () => {
    expect(await terms({})).toBeUndefined();
    expect(await terms({ signedFor: 'a.example/b/c' })).toBeUndefined();
    await expect(terms({}, ['vuln'])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('the steps', () => {
  const run = (step: object, inputs: Readonly<Record<string, string>>) =>
    executeStep(step as typeof verifyStep, captureRuntime(folder), [(name) => inputs[name]]).catch(
      (error: unknown) => error,
    );

  it('take the terms of harbor-pilot.yml, before anything is asked', async () => {
    const config = 'ci/pilot.yml';
    await writeFile(
      join(folder, config),
      `registry: 127.0.0.1:1\nimage: shop/app:1.0\nverify:\n  signers:\n    - certificate-identity-regexp: .*\n      certificate-oidc-issuer: ${issuer}\n`,
    );
    for (const step of [verifyStep, promoteStep, rolloutStep]) {
      expect(await run(step, { config, to: 'prod/app', workload: 'deployment/a' })).toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/^ci\/pilot\.yml:5.*lets anybody sign/),
      });
    }
  });

  it('verify an image or a project: one of them is needed', async () => {
    const key = { 'public-key': 'ci/keys/release.pub' };
    expect(await run(verifyStep, key)).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(/"image"/),
    });
    expect(await run(verifyStep, { ...key, all: 'shop' })).toMatchObject({
      message: expect.stringMatching(/"registry"/),
    });
    expect(await run(verifyStep, { image: 'a.example/b/c:1' })).toMatchObject({
      message: expect.stringMatching(/nobody is trusted/),
    });
  });
});
