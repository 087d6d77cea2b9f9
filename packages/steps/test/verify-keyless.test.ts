import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  describeWithPeers,
  type PrivateSigstore,
  privateSigstorePeers,
  startPrivateSigstore,
} from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { signStep, verifyStep } from '../src/index.ts';
import { type Ran, startVerifyWorld, type VerifyWorld } from './verify-world.ts';

// Real servers, which take their time on a busy machine.
jest.setTimeout(120_000);

describeWithPeers('verifying what was signed without a key', privateSigstorePeers, (programs) => {
  let world: VerifyWorld;
  let sigstore: PrivateSigstore;
  beforeAll(async () => {
    [world, sigstore] = await Promise.all([startVerifyWorld(), startPrivateSigstore(programs)]);
    await world.push('shop/keyless', '1.0', 2);
    await writeFile(join(world.folder, 'token'), sigstore.token({ email: 'release@example.com' }));
    const { signingConfigFile } = sigstore;
    const signed = await world.run(signStep, {
      image: 'shop/keyless:1.0',
      'identity-token': 'token',
      'signing-config': signingConfigFile,
    });
    if (signed.error !== undefined) throw signed.error;
  });
  afterAll(async () => {
    await world?.close();
    await sigstore?.close();
  });

  const verify = (inputs: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    world.run(verifyStep, {
      image: 'shop/keyless:1.0',
      'certificate-identity': 'release@example.com',
      'certificate-oidc-issuer': sigstore.issuers.people,
      'trusted-root': sigstore.trustedRootFile,
      ...inputs,
    });

  it('says who signed, when, and what spoke for it', async () => {
    const { error, runtime, log } = await verify();
    expect(error).toBeUndefined();
    expect(runtime.outputs).toMatchObject({
      verdict: 'verified',
      'verified-with': 'certificate,transparency-log,timestamp,certificate-transparency',
    });
    const report = await world.report();
    expect(report.terms.trustRoot).toMatchObject({ origin: sigstore.trustedRootFile, ageDays: 0 });
    for (const { signatures } of report.images[0]?.digests ?? []) {
      expect(signatures).toMatchObject([
        {
          signer: { kind: 'certificate', identity: 'release@example.com', issuer: sigstore.issuers.people },
          signedAt: expect.stringMatching(/^\d{4}-/),
        },
      ]);
    }
    expect(log).toContain('release@example.com of the issuer');
  });

  it('takes an identity by a regular expression for all of it', async () => {
    const by = (pattern: string): Promise<Ran> =>
      verify({ 'certificate-identity': '', 'certificate-identity-regexp': pattern });
    expect((await by('release@example\\.(com|org)')).error).toBeUndefined();
    expect((await by('release@example')).error).toMatchObject({ details: { state: 'another-signer' } });
  });

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['another identity', { 'certificate-identity': 'eve@example.com' }],
    ['another issuer', { 'certificate-oidc-issuer': 'https://issuer.example' }],
  ])('refuses %s', async (_, inputs) => {
    expect((await verify(inputs)).error).toMatchObject({
      code: 'SIGNATURE_INVALID',
      details: { state: 'another-signer' },
      message: expect.stringContaining('signed by someone else'),
    });
  });

  it('refuses what the public Sigstore does not know', async () => {
    expect((await verify({ 'trusted-root': '' })).error).toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });

  it('refuses a trust root that has ended, and says so', async () => {
    const ended = structuredClone(sigstore.trustedRoot);
    const validFor = { start: '2020-01-01T00:00:00Z', end: '2020-02-01T00:00:00Z' };
    for (const authority of [...ended.certificateAuthorities, ...ended.timestampAuthorities]) {
      authority.validFor = validFor;
    }
    for (const { publicKey } of [...ended.tlogs, ...ended.ctlogs]) publicKey.validFor = validFor;
    await writeFile(join(world.folder, 'ended.json'), JSON.stringify(ended));
    const { error, log } = await verify({ 'trusted-root': 'ended.json' });
    expect(error).toMatchObject({ code: 'TRUST_ROOT_EXPIRED', details: { state: 'expired-trust-root' } });
    expect(log).toMatch(/warning: the trust root ended\.json is of 2020-01-01/);
  });

  it('shows everywhere what was not asked for', async () => {
    const { error, runtime, log } = await verify({ 'insecure-ignore-tlog': 'true', 'insecure-ignore-sct': 'true' });
    expect(error).toBeUndefined();
    const waived = ['insecure-ignore-transparency-log', 'insecure-ignore-certificate-transparency'];
    expect(runtime.outputs['verified-with']).toBe(['certificate', 'timestamp', ...waived].join(','));
    for (const waiver of waived) {
      expect(log).toMatch(new RegExp(`warning: ${waiver}`));
      expect(log).toMatch(new RegExp(`NOT asked for, by ${waiver}`));
      expect(runtime.summaries.join('')).toContain(waiver);
    }
    expect((await world.report()).terms.waivers).toEqual(['transparency-log', 'certificate-transparency']);
  });

  it('does not count for a key, nor a key for it', async () => {
    const none = { 'certificate-identity': '', 'certificate-oidc-issuer': '', 'trusted-root': '' };
    expect((await verify({ ...none, 'public-key': 'trusted.pub' })).error).toMatchObject({
      details: { state: 'another-signer' },
    });
  });
});
