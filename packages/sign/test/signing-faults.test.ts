import { X509Certificate } from 'node:crypto';
import { PilotError, registerSecret } from '@harbor-pilot/core';
import { createHttp, type Http } from '@harbor-pilot/http';
import { makeIdentity } from '@harbor-pilot/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseIdentityToken } from '../src/identity/identity-token.ts';
import { generateKeyPair } from '../src/keys/key-pair.ts';
import { checkMoment } from '../src/services/check-moment.ts';
import { requestCertificate } from '../src/services/fulcio.ts';
import { openWitnesses } from '../src/services/open-witnesses.ts';
import { rekor1Witness } from '../src/services/rekor1.ts';
import { rekor2Witness } from '../src/services/rekor2.ts';
import type { ServiceSelector, SigningService } from '../src/services/signing-config.ts';
import { timestampWitness } from '../src/services/timestamp-authority.ts';
import { loadSigner } from '../src/signer.ts';
import type { SignedContent, Witness } from '../src/witness.ts';
import { formatToken } from './identity-tokens.ts';
import { type DoubleAnswer, type Question, type ServiceDouble, startDouble } from './signing-services.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const open = async (
  answer: (question: Question) => DoubleAnswer | undefined,
): Promise<ServiceDouble & { http: Http }> => {
  const double = await startDouble(answer);
  const http = createHttp({ policy: { firstDelaySeconds: 0, attempts: 2, idleSeconds: 0.3 } });
  closers.push(
    () => double.close(),
    () => http.close(),
  );
  return { ...double, http };
};

const pair = generateKeyPair('');
let signed: Promise<SignedContent> | undefined;
const content = (): Promise<SignedContent> => {
  signed ??= sign();
  return signed;
};

async function sign(): Promise<SignedContent> {
  const { publicKeyPem, sign: signBytes } = await loadSigner((await pair).privateKeyPem);
  const payload = Buffer.from('{}');
  const signature = await signBytes(payload);
  return { payload, envelopeType: undefined, signature, certificates: [], publicKeyPem };
}

const json = (document: unknown, status = 201): DoubleAnswer => ({ status, body: JSON.stringify(document) });

const witnesses: readonly [string, (http: Http, url: string) => Witness][] = [
  ['a log of Rekor 1', rekor1Witness],
  ['a log of Rekor 2', rekor2Witness],
  ['a timestamp authority', timestampWitness],
];

describe.each(witnesses)('%s', (_, witness) => {
  const testify = async (answer: (question: Question) => DoubleAnswer | undefined) => {
    const { http, url, questions } = await open(answer);
    return { questions, outcome: witness(http, url).testify(await content(), undefined) };
  };

  it.each([
    ['is down', () => ({ status: 503 }), 'SIGSTORE_UNAVAILABLE', 2],
    ['fails', () => ({ status: 500, body: '{"message":"no storage"}' }), 'SIGSTORE_UNAVAILABLE', 1],
    ['is silent', () => undefined, 'SIGSTORE_UNAVAILABLE', 1],
    ['is overrun', () => ({ status: 429 }), 'RATE_LIMITED', 2],
    ['wants less', () => ({ status: 413 }), 'CONTENT_TOO_LARGE', 1],
    ['refuses', () => json({ code: 3, message: 'bad \u001b[31mkey' }, 400), 'ANSWER_UNEXPECTED', 1],
    ['is elsewhere', () => ({ status: 307, headers: { location: 'http://127.0.0.1:1/' } }), 'ANSWER_UNEXPECTED', 1],
    ['answers with a page', () => ({ status: 200, body: '<html>Log in</html>' }), 'ANSWER_UNEXPECTED', 1],
    ['answers with nothing', () => json({}), 'ANSWER_UNEXPECTED', 1],
    ['answers with numbers', () => json({ logIndex: -1, logId: 3 }), 'ANSWER_UNEXPECTED', 1],
    ['answers without end', () => ({ status: 201, body: Buffer.alloc(2 ** 21) }), 'CONTENT_HOSTILE', 1],
  ])('that %s has a code', async (_name, answer, code, tries) => {
    const { outcome, questions } = await testify(answer);
    await expect(outcome).rejects.toMatchObject({ code, message: expect.not.stringContaining('\u001b') });
    expect(questions).toHaveLength(tries);
  });

  it('that is not there at all has a code, and says what to look at', async () => {
    const { http } = await open(() => undefined);
    await expect(witness(http, 'http://127.0.0.1:1').testify(await content(), undefined)).rejects.toMatchObject({
      code: 'SIGSTORE_UNAVAILABLE',
      hint: expect.stringMatching(/^No signature was pushed\. .*HTTPS_PROXY/),
    });
  });

  it('is not waited for when the job is interrupted', async () => {
    const { http, url } = await open(() => undefined);
    const interrupted = new Error('interrupted');
    const outcome = witness(http, url).testify(await content(), AbortSignal.abort(interrupted));
    await expect(outcome).rejects.toBe(interrupted);
  });
});

describe('a log of Rekor 1 that has the entry already', () => {
  it.each([
    ['/api/v1/log/entries/../../../secrets', 0],
    [`/api/v1/log/entries/${'a'.repeat(64)}`, 1],
  ])('is asked for it, and for nothing else', async (location, times) => {
    const { http, url, questions } = await open(({ method }) =>
      method === 'POST' ? { status: 409, headers: { location } } : json({}, 200),
    );
    await expect(rekor1Witness(http, url).testify(await content(), undefined)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
    });
    const asked = questions.filter(({ method }) => method === 'GET').map(({ path }) => path);
    expect(asked).toEqual(new Array(times).fill(location));
  });
});

describe('a log of Rekor 2 that gives up an entry since another client went away', () => {
  it.each([
    [3, 'ANSWER_UNEXPECTED', 4],
    [9, 'SIGSTORE_UNAVAILABLE', 4],
  ])('is asked again, and not for ever (%d times)', async (times, code, tries) => {
    let left = times;
    const { http, url, questions } = await open(() => {
      left -= 1;
      return left < 0 ? json({}) : json({ code: 1, message: 'context canceled' }, 499);
    });
    await expect(rekor2Witness(http, url).testify(await content(), undefined)).rejects.toMatchObject({ code });
    expect(questions).toHaveLength(tries);
  });
});

describe('a log', () => {
  it.each([
    ['Rekor 1', rekor1Witness, 'ed25519', undefined],
    ['Rekor 1', rekor1Witness, 'ecdsa-p384', 'application/vnd.in-toto+json'],
    ['Rekor 2', rekor2Witness, 'ed25519', 'application/vnd.in-toto+json'],
  ] as const)('of %s is not asked for what it does not take (%p, %s, %s)', async (_, witness, type, envelopeType) => {
    const { http, url, questions } = await open(() => json({}));
    const { publicKeyPem } = await generateKeyPair('', type);
    const outcome = witness(http, url).testify({ ...(await content()), publicKeyPem, envelopeType }, undefined);
    await expect(outcome).rejects.toMatchObject({ code: 'KEY_INVALID' });
    expect(questions).toEqual([]);
  });
});

describe('Fulcio', () => {
  const now = new Date('2026-06-01T12:00:00Z');
  const raw = formatToken({ iss: 'https://ci.example.com', sub: 'job:1', aud: 'sigstore', exp: now.getTime() / 1000 });
  registerSecret(raw);
  const identity = parseIdentityToken(raw, { origin: 'the test', audience: 'sigstore', hint: '', now });
  const request = async (answer: DoubleAnswer) => {
    const { http, url, questions } = await open(() => answer);
    const { publicKeyPem } = await pair;
    const wish = { http, url, identity, publicKeyPem, proofOfPossession: Buffer.from('proof'), signal: undefined };
    return { questions, outcome: requestCertificate(wish) };
  };

  it('gets the token, the key and the proof', async () => {
    const { outcome, questions } = await request({ status: 200, body: '{}' });
    await expect(outcome).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    const [question] = questions;
    expect(question?.path).toBe('/api/v2/signingCert');
    expect(JSON.parse(String(question?.body))).toEqual({
      credentials: { oidcIdentityToken: raw },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: (await pair).publicKeyPem },
        proofOfPossession: Buffer.from('proof').toString('base64'),
      },
    });
  });

  it.each([
    [
      'does not take the token',
      json({ message: 'There was an error processing the identity token' }, 400),
      'IDENTITY_TOKEN_INVALID',
    ],
    ['does not know who asks', json({ message: `no: ${raw}` }, 401), 'IDENTITY_TOKEN_INVALID'],
    [
      'does not take the proof',
      json({ message: 'The signature supplied in the request could not be verified' }, 400),
      'ANSWER_UNEXPECTED',
    ],
    ['is down', json({}, 500), 'SIGSTORE_UNAVAILABLE'],
    ['is elsewhere', { status: 308, headers: { location: 'http://127.0.0.1:1/' } }, 'ANSWER_UNEXPECTED'],
    ['gives no chain', json({ signedCertificateEmbeddedSct: { chain: { certificates: [] } } }), 'ANSWER_UNEXPECTED'],
    [
      'gives no certificates',
      json({ signedCertificateEmbeddedSct: { chain: { certificates: ['x', 7] } } }),
      'ANSWER_UNEXPECTED',
    ],
  ])('that %s has a code', async (_name, answer, code) => {
    const { outcome } = await request(answer);
    await expect(outcome).rejects.toMatchObject({ code, message: expect.not.stringContaining(raw) });
  });

  it('that gives a certificate of somebody else is not believed', async () => {
    const [{ cert }, { cert: other }] = [await makeIdentity(), await makeIdentity()];
    const chain = (...certificates: string[]) => json({ signedCertificateDetachedSct: { chain: { certificates } } });
    const pem = new X509Certificate(cert).toString();
    await expect((await request(chain(pem))).outcome).rejects.toThrow('its certificate is for another key');
    await expect((await request(chain(pem, other))).outcome).rejects.toThrow('its certificates are no chain');
  });
});

describe('the time that a witness tells', () => {
  it('must be one at which the certificate is valid', async () => {
    const certificate = new X509Certificate((await makeIdentity()).cert);
    const check = (time: Date) => () =>
      checkMoment(time, [certificate.raw], { unexpected: (why) => new PilotError('ANSWER_UNEXPECTED', why) });
    expect(check(new Date())).not.toThrow();
    expect(check(new Date('2020-01-01'))).toThrow(
      'it was signed at 2020-01-01 00:00:00Z, but the certificate of Fulcio',
    );
  });
});

describe('several services of one kind', () => {
  const service = (url: string, operator: string): SigningService => ({
    url,
    operator,
    apiVersion: 1,
    validFrom: new Date(0),
  });
  const config = { origin: 'config.json', certificateAuthorities: [], logs: [], logSelector: 'ALL' } as const;

  const hear = async (statuses: readonly number[], timestampSelector: ServiceSelector) => {
    const doubles = await Promise.all(statuses.map((status) => open(() => json({}, status))));
    const timestampAuthorities = doubles.map(({ url }, index) => service(url, String(index)));
    const http = doubles[0]?.http ?? createHttp();
    const [witness] = openWitnesses({ ...config, timestampAuthorities, timestampSelector }, http, new Date());
    const failure = await witness?.testify(await content(), undefined).catch((error: unknown) => error);
    return [(failure as PilotError).code, ...doubles.map(({ questions }) => questions.length)];
  };

  it('stand in for one that is down, not for one that refuses', async () => {
    expect(await hear([500, 400, 400], 'ANY')).toEqual(['ANSWER_UNEXPECTED', 1, 1, 0]);
    expect((await hear([500, 500, 500], { exactly: 2 }))[0]).toBe('SIGSTORE_UNAVAILABLE');
  });

  it('must all be heard when the configuration says so', async () => {
    expect(await hear([500, 500], 'ALL')).toEqual(['SIGSTORE_UNAVAILABLE', 1, 1]);
  });
});
