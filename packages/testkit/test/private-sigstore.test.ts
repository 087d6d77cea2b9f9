import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeWithPeers,
  type PrivateSigstore,
  privateSigstorePeers,
  startPrivateSigstore,
} from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const workflow = 'shop/app/.github/workflows/release.yml@refs/heads/main';
const succeeded = { exitCode: 0, output: expect.anything() };
const refused = (why: RegExp) => ({ exitCode: 1, output: expect.stringMatching(why) });

describeWithPeers('a private Sigstore', ['cosign', ...privateSigstorePeers], ({ cosign, ...paths }) => {
  let folder: string;
  let sigstore: PrivateSigstore;
  let secure: PrivateSigstore;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'private-sigstore-'));
    await writeFile(join(folder, 'file'), 'content');
    [sigstore, secure] = await Promise.all([
      startPrivateSigstore(paths),
      startPrivateSigstore(paths, { isTls: true, isWithoutCertificateLog: true }),
    ]);
    await writeFile(join(folder, 'ca.crt'), secure.caCertificate ?? '');
  });
  afterAll(async () => {
    for (const one of [sigstore, secure]) await one?.close();
    await rm(folder, { recursive: true, force: true });
  });

  function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const env = { PATH: process.env.PATH, HOME: folder, ...environment };
    return new Promise<{ readonly exitCode: unknown; readonly output: string }>((resolve) => {
      execFile(cosign, args, { cwd: folder, env }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : error.code, output: stdout + stderr });
      });
    });
  }
  const signing = (token: string, { trustedRootFile, signingConfigFile } = sigstore) => {
    const files = [`--trusted-root=${trustedRootFile}`, `--signing-config=${signingConfigFile}`];
    return ['sign-blob', '--yes', ...files, `--identity-token=${token}`, '--bundle=bundle', 'file'];
  };
  const verifying = (identity: string, issuer: string, { trustedRootFile } = sigstore) => {
    const signer = [`--certificate-identity=${identity}`, `--certificate-oidc-issuer=${issuer}`];
    return ['verify-blob', '--bundle=bundle', `--trusted-root=${trustedRootFile}`, ...signer, 'file'];
  };

  it('has cosign sign and verify, as a person and as a workflow', async () => {
    expect(await run(signing(sigstore.token({ email: 'mia@example.com' })))).toEqual(succeeded);
    expect(await run(verifying('mia@example.com', sigstore.issuers.people))).toEqual(succeeded);
    expect(await run(verifying('max@example.com', sigstore.issuers.people))).toEqual(refused(/mia@example.com/));
    expect(await run(signing(sigstore.token({ workflow })))).toEqual(succeeded);
    expect(await run(verifying(`https://github.com/${workflow}`, sigstore.issuers.workflows))).toEqual(succeeded);
    const [entries, timestamps] = [sigstore.proxies.rekor.requests, sigstore.proxies.timestampAuthority.requests];
    expect([entries.length, timestamps.length]).toEqual([2, 2]);
  });

  it('has cosign sign with Rekor 1, too', async () => {
    const { signingConfig, trustedRootFile } = sigstore;
    const rekorTlogUrls = signingConfig.rekorTlogUrls.filter(({ majorApiVersion }) => majorApiVersion === 1);
    const signingConfigFile = join(folder, 'first-rekor.json');
    await writeFile(
      signingConfigFile,
      JSON.stringify({ ...signingConfig, rekorTlogUrls, tsaUrls: [], tsaConfig: undefined }),
    );
    const first = { ...sigstore, signingConfigFile, trustedRootFile };
    expect(await run(signing(sigstore.token(), first))).toEqual(succeeded);
    expect(await run(verifying('ci@example.com', sigstore.issuers.people))).toEqual(succeeded);
    expect(sigstore.proxies.rekor1.requests).toMatchObject([{ method: 'POST', path: '/api/v1/log/entries' }]);
  });

  it('speaks TLS, and leaves out the certificate log', async () => {
    const trusting = { SSL_CERT_FILE: join(folder, 'ca.crt') };
    const verify = verifying('ci@example.com', secure.issuers.people, secure);
    expect(await run(signing(secure.token(), secure))).toEqual(refused(/unknown authority/));
    expect(await run(signing(secure.token(), secure), trusting)).toEqual(succeeded);
    expect(await run(verify)).toEqual(refused(/signed certificate timestamp/i));
    expect(await run([...verify, '--insecure-ignore-sct'])).toEqual(succeeded);
  });

  it.each([
    ['for another audience', { audience: 'harbor' }],
    ['of a forged signature', { isForged: true }],
    ['that has expired', { lifetimeSeconds: -60 }],
  ])('gives no certificate for a token %s', async (_, request) => {
    expect(await run(signing(sigstore.token(request)))).toEqual(refused(/Fulcio returned 400/));
  });

  it.each([
    ['fulcio', /Fulcio returned 403/],
    ['timestampAuthority', /403/],
    ['rekor', /403/],
  ] as const)('has cosign fail when it is told that %s refuses', async (service, why) => {
    sigstore.proxies[service].inject({ fault: { kind: 'answer', status: 403, body: 'no' } });
    expect(await run(signing(sigstore.token()))).toEqual(refused(why));
  });

  it('describes itself as cosign would', async () => {
    const { trustedRoot, urls } = sigstore;
    const [log] = trustedRoot.tlogs;
    const key = Buffer.from(log?.publicKey.rawBytes ?? '', 'base64').toString('base64');
    await writeFile(join(folder, 'key.pem'), `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----\n`);
    const rekor = `url=${urls.rekor},public-key=key.pem,origin=127.0.0.1,start-time=${log?.publicKey.validFor.start}`;
    const args = ['trusted-root', 'create', `--rekor=${rekor}`, '--out=theirs.json'];
    expect(await run(args)).toEqual(succeeded);
    const theirs = JSON.parse(await readFile(join(folder, 'theirs.json'), 'utf8'));
    expect(theirs).toMatchObject({ mediaType: trustedRoot.mediaType, tlogs: [log] });
  });
});
