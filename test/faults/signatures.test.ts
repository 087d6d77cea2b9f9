import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { exitCodeOf } from '@harbor-pilot/core';
import { describeWithPeers, privateSigstorePeers, startFaultProxy } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Run } from '../e2e/run-process.ts';
import { type CommandStage, openCommandStage } from '../interop/command-stage.ts';
import { copySigned, pushImage } from '../interop/cosign-meeting.ts';
import { forms, signingOf } from '../interop/cosign-signers.ts';

jest.setTimeout(60_000);

const refused = exitCodeOf('SIGNATURE_INVALID');

describeWithPeers('signatures', ['cosign', 'distribution', ...privateSigstorePeers], (paths) => {
  let stage: CommandStage;
  beforeAll(async () => {
    stage = await openCommandStage(paths, ['distribution']);
  });
  afterAll(async () => stage?.close());

  const push = (name: string) => pushImage(stage.place('distribution').registry, name, randomUUID());
  const run = (command: string, image: string, ...flags: readonly string[]): Promise<Run> => {
    const { registry, ourFlags } = stage.place('distribution');
    return stage.harborPilot(command, `--image=${registry.host}/${image}`, ...flags, ...ourFlags);
  };
  const key = () => signingOf('key', 'bundle', stage);
  const keyless = () => signingOf('keyless', 'bundle', stage);
  const expectEnd = (actual: Run, exitCode: number, words = /./): void =>
    expect(actual).toEqual({ exitCode, log: expect.stringMatching(words), stdout: expect.anything() });
  /** Has an image signed, and gives its name with its digest. */
  const signed = async (name: string, ...flags: readonly string[]): Promise<string> => {
    const { digest } = await push(name);
    expectEnd(await run('sign', `${name}@${digest}`, ...flags), 0);
    return `${name}@${digest}`;
  };

  describe('row 28: a tag that is moved between looking and acting', () => {
    it('is looked up once', async () => {
      const { registry, ourFlags } = stage.place('distribution');
      const image = await push('faults/moved');
      await registry.pushManifest('faults/moved', await registry.fetchManifest('faults/moved', image.digest), 'v1');
      const proxy = await startFaultProxy({ target: registry.host });
      expectEnd(
        await stage.harborPilot('sign', `--image=${proxy.host}/faults/moved:v1`, ...key().signs, ...ourFlags),
        0,
      );
      const byTag = proxy.requests.filter(({ path }) => path.endsWith('/manifests/v1'));
      await proxy.close();
      expect(byTag).toHaveLength(1);
    });
  });

  describe.each(forms)('row 29: a signature in the form %s that was copied with its image', (form) => {
    it('does not count in another repository, unless that is said', async () => {
      const { registry } = stage.place('distribution');
      const [from, to] = [`faults/${form}`, `evil/${form}`];
      const name = await signed(from, ...key().signs, `--format=${form}`);
      const digest = name.slice(from.length + 1);
      await copySigned(registry, from, to, await registry.resolve(from, digest));
      expectEnd(await run('verify', `${to}@${digest}`, ...key().trusts), refused, /another repository/);
      expectEnd(await run('verify', `${to}@${digest}`, ...key().trusts, `--signed-for=${registry.host}/${from}`), 0);
    });
  });

  describe('row 30: an image without a signature that counts', () => {
    it('is refused in words of its own', async () => {
      const { digest } = await push('faults/unsigned');
      expectEnd(await run('verify', `faults/unsigned@${digest}`, ...key().trusts), refused, /SIGNATURE_MISSING/);
      const name = await signed('faults/signed', ...key().signs);
      expectEnd(await run('verify', name, ...key().distrusts), refused, /SIGNATURE_INVALID.*(another|somebody else)/);
    });
  });

  describe('row 32: an identity that anybody has', () => {
    it.each([
      ['.*', 'https://issuer.example', /INPUT_INVALID.*certificate-identity-regexp/],
      ['https://github.com/shop', undefined, /INPUT_INVALID.*issuer/],
    ])('is refused: %s with the issuer %s', async (identity, issuer, words) => {
      const by = issuer === undefined ? [] : [`--certificate-oidc-issuer=${issuer}`];
      const flags = [`--certificate-identity-regexp=${identity}`, ...by];
      expectEnd(
        await run('verify', `faults/any@sha256:${'0'.repeat(64)}`, ...flags),
        exitCodeOf('INPUT_INVALID'),
        words,
      );
    });
  });

  describe('row 33: a signature that no log knows', () => {
    it('counts only when nobody wants a log, which the result says', async () => {
      const { signingConfig } = stage.sigstore;
      const file = stage.inFolder('no-log.json');
      await writeFile(file, JSON.stringify({ ...signingConfig, rekorTlogUrls: [], rekorTlogConfig: undefined }));
      const name = await signed('faults/unlogged', ...keyless().signs, `--signing-config=${file}`);
      expectEnd(await run('verify', name, ...keyless().trusts), refused, /not in a transparency log/);
      const verified = await run('verify', name, ...keyless().trusts, '--insecure-ignore-transparency-log');
      expectEnd(verified, 0, /verified-with=.*insecure-ignore-transparency-log/);
    });
  });

  describe('row 34: a trust root that has ended', () => {
    it('proves nothing', async () => {
      const root = structuredClone(stage.sigstore.trustedRoot);
      for (const { validFor } of root.certificateAuthorities) validFor.end = validFor.start;
      const file = stage.inFolder('ended.json');
      await writeFile(file, JSON.stringify(root));
      const name = await signed('faults/ended', ...keyless().signs, ...keyless().weSign);
      const flags = keyless().trusts.map((flag) => flag.replace(/^--trusted-root=.*/, `--trusted-root=${file}`));
      expectEnd(await run('verify', name, ...flags), exitCodeOf('TRUST_ROOT_EXPIRED'), /TRUST_ROOT_EXPIRED/);
    });
  });

  describe('row 50: an identity token', () => {
    it('goes to Fulcio alone, and is not shown', async () => {
      const { proxies, token } = stage.sigstore;
      const file = stage.inFolder('own-token');
      const text = token();
      await writeFile(file, text);
      for (const proxy of Object.values(proxies)) proxy.reset();
      const { digest } = await push('faults/token');
      const flags = [`--identity-token=${file}`, ...keyless().weSign];
      const { exitCode, log } = await run('sign', `faults/token@${digest}`, ...flags);
      expect({ exitCode, isShown: log.includes(text) }).toEqual({ exitCode: 0, isShown: false });
      const { fulcio, ...others } = proxies;
      expect(fulcio.requests).toHaveLength(1);
      for (const { requests } of Object.values(others))
        for (const { headers } of requests) expect(JSON.stringify(headers)).not.toContain(text);
    });

    it.each([
      ['for somebody else', { audience: 'harbor' }, /IDENTITY_TOKEN_INVALID.*harbor/],
      ['that has expired', { lifetimeSeconds: -600 }, /IDENTITY_TOKEN_INVALID.*expired/],
    ])('%s is sent to nobody', async (_, request, words) => {
      const { proxies, token } = stage.sigstore;
      const file = stage.inFolder('bad-token');
      await writeFile(file, token(request));
      proxies.fulcio.reset();
      const flags = [`--identity-token=${file}`, ...keyless().weSign];
      const { digest } = await push('faults/bad-token');
      const outcome = await run('sign', `faults/bad-token@${digest}`, ...flags);
      expectEnd(outcome, exitCodeOf('IDENTITY_TOKEN_INVALID'), words);
      expect(proxies.fulcio.requests).toEqual([]);
    });
  });
});
