import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redact } from '@harbor-pilot/core';
import { signStatement } from '@harbor-pilot/sign';
import {
  describeWithPeers,
  type PrivateSigstore,
  privateSigstorePeers,
  startPrivateSigstore,
} from '@harbor-pilot/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { planParty } from '../src/sign/plan.ts';
import { type CapturedRuntime, captureRuntime } from './runtime.ts';
import { signingValues } from './signing-values.ts';

// Real servers, which take their time on a busy machine.
jest.setTimeout(120_000);

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'sign-keyless-'));
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

const token = (claims: object): string =>
  [{ alg: 'RS256' }, { iss: 'https://ci.example.com', sub: 'job', exp: Date.now() / 1000 + 300, ...claims }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(Buffer.from('signature of nobody').toString('base64url'))
    .join('.');

describe('signing without a key', () => {
  const plan = (given: object, runtime: Partial<CapturedRuntime> = {}) =>
    planParty({ ...signingValues, ...given }, { ...captureRuntime(workspace), ...runtime });

  it.each([
    ['github', 'permissions: id-token: write'],
    ['gitlab', 'id_tokens: { SIGSTORE_ID_TOKEN: { aud: harbor } }'],
    ['jenkins', 'withCredentials'],
    ['terminal', 'identity-token'],
  ] as const)('says how to get an identity token on %s', async (name, hint) => {
    await expect(plan({ keyless: true, oidcAudience: 'harbor' }, { name })).rejects.toMatchObject({
      code: 'IDENTITY_TOKEN_INVALID',
      hint: expect.stringContaining(hint),
    });
  });

  it('is not signing with one', async () => {
    await expect(plan({ keyless: true, key: 'cosign.key' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('takes no token as the value of an input, and hides it', async () => {
    const raw = token({ aud: 'sigstore' });
    for (const identityToken of [raw, `${raw}\n`, `Bearer ${raw}`, `env://${raw}`, `"${raw}"`]) {
      await expect(plan({ identityToken })).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.not.stringContaining(raw),
      });
    }
    expect(redact(`sent ${raw}`)).toBe('sent ***');
  });

  it.each([
    ['file', 'none.jwt', 'the identity token none.jwt cannot be read'],
    ['variable', 'env://NONE', 'the identity token of the variable NONE is empty'],
    ['audience', 'env://OTHER', 'the identity token of the variable OTHER is for "vault", not for "sigstore"'],
  ])('looks at the token before anything is done (%s)', async (_, identityToken, message) => {
    const environment = { OTHER: token({ aud: 'vault' }) };
    await expect(plan({ identityToken }, { environment })).rejects.toMatchObject({
      code: 'IDENTITY_TOKEN_INVALID',
      message,
    });
  });

  it('looks at the signing configuration before anything is done', async () => {
    await writeFile(join(workspace, 'services.json'), '{}');
    await expect(plan({ keyless: true, signingConfig: 'services.json' })).rejects.toMatchObject({
      code: 'TRUST_ROOT_INVALID',
      message: expect.stringContaining('services.json'),
    });
    await expect(plan({ keyless: true, signingConfig: 'none.json' })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });
});

describeWithPeers(
  'signing without a key, with a private Sigstore of the same authority as the registry',
  privateSigstorePeers,
  (programs) => {
    let sigstore: PrivateSigstore;
    let runtime: CapturedRuntime | undefined;
    beforeAll(async () => {
      sigstore = await startPrivateSigstore(programs, { isTls: true });
    });
    afterEach(() => runtime?.end());
    afterAll(() => sigstore?.close());

    const sign = async (given: object, environment: Record<string, string>) => {
      runtime = captureRuntime(workspace, environment);
      const { caCertificate = '', signingConfigFile: signingConfig } = sigstore;
      const open = await planParty({ ...signingValues, caCertificate, signingConfig, ...given }, runtime);
      const party = await open();
      return { ...party, bundle: JSON.parse(await signStatement('{}', party.signer, party.witnesses)), runtime };
    };

    it.each(['the variable of Sigstore', 'another variable', 'a file'])('takes the token of %s', async (place) => {
      const raw = sigstore.token({ email: 'release@example.com' });
      await writeFile(join(workspace, 'token'), `${raw}\n`);
      const [given, environment] =
        place === 'a file'
          ? [{ identityToken: 'token' }, {}]
          : place === 'another variable'
            ? [{ identityToken: 'env://JENKINS_TOKEN' }, { JENKINS_TOKEN: raw }]
            : [{ keyless: true }, { SIGSTORE_ID_TOKEN: raw }];
      const { certificate, witnessedBy, bundle, runtime: seen } = await sign(given, environment);
      expect(certificate).toEqual({ identity: 'release@example.com', issuer: sigstore.issuers.people });
      for (const format of ['bundle', 'classic'] as const)
        expect(witnessedBy(format)).toEqual(['transparency-log', 'timestamp']);
      expect(bundle.verificationMaterial).toMatchObject({
        certificate: { rawBytes: expect.any(String) },
        tlogEntries: [{ kindVersion: { kind: 'hashedrekord', version: '0.0.2' } }],
        timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: expect.any(String) }] },
      });
      expect(seen.masked.join('\n')).toContain(raw);
      expect(seen.lines.join('\n')).not.toContain(raw);
    });

    it('asks GitHub for a token, and only GitHub with the token of the request', async () => {
      const asked: (string | undefined)[] = [];
      const gitHub = createServer((request, response) => {
        asked.push(request.url, request.headers.authorization);
        response.end(
          JSON.stringify({ value: sigstore.token({ workflow: 'shop/app/.github/workflows/a.yml@refs/heads/main' }) }),
        );
      });
      await new Promise<void>((resolve) => gitHub.listen(0, '127.0.0.1', resolve));
      for (const proxy of Object.values(sigstore.proxies)) proxy.reset();
      const url = `http://127.0.0.1:${(gitHub.address() as AddressInfo).port}/token?api=1`;
      const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request secret' };
      const { certificate } = await sign({ keyless: true }, environment);
      gitHub.close();
      expect(certificate?.identity).toBe('https://github.com/shop/app/.github/workflows/a.yml@refs/heads/main');
      expect(asked).toEqual(['/token?api=1&audience=sigstore', 'bearer request secret']);
      const elsewhere = Object.values(sigstore.proxies).flatMap(({ requests }) => requests);
      expect(elsewhere.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
    });

    it('trusts no other authority', async () => {
      const environment = { SIGSTORE_ID_TOKEN: sigstore.token() };
      await expect(sign({ keyless: true, caCertificate: undefined }, environment)).rejects.toMatchObject({
        code: 'TLS_UNTRUSTED',
      });
    });
  },
);
