import { generateKeyPairSync, sign } from 'node:crypto';
import { type Clock, systemClock } from '@harbor-pilot/core';
import { createHttp, type Http } from '@harbor-pilot/http';
import { contentOf, mediaTypes } from '@harbor-pilot/oci';
import {
  describeWithPeers,
  type PrivateSigstore,
  privateSigstorePeers,
  startPrivateSigstore,
} from '@harbor-pilot/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createIdentitySource } from '../src/identity/identity-source.ts';
import { parseIdentityToken } from '../src/identity/identity-token.ts';
import { createKeylessSigner, type KeylessSigner } from '../src/keyless-signer.ts';
import { requestCertificate } from '../src/services/fulcio.ts';
import { openWitnesses } from '../src/services/open-witnesses.ts';
import { rekor1Witness } from '../src/services/rekor1.ts';
import { rekor2Witness } from '../src/services/rekor2.ts';
import { parseSigningConfig } from '../src/services/signing-config.ts';
import { timestampWitness } from '../src/services/timestamp-authority.ts';
import { signDigests } from '../src/sign-digests.ts';
import type { SignedContent } from '../src/witness.ts';
import { memoryRegistry } from './memory-registry.ts';
import { type DoubleAnswer, passOn, type Question, startDouble } from './signing-services.ts';

// Real servers, which take their time on a busy machine.
jest.setTimeout(120_000);

describeWithPeers('an answer of a real service', privateSigstorePeers, (programs) => {
  let sigstore: PrivateSigstore;
  let http: Http;
  beforeAll(async () => {
    sigstore = await startPrivateSigstore(programs);
    http = createHttp({ policy: { firstDelaySeconds: 0 } });
  });
  afterAll(async () => {
    http?.close();
    await sigstore?.close();
  });
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  /** A way to a real service on which somebody changes things. */
  const between = async (service: string, change: (question: Question) => Promise<DoubleAnswer>): Promise<string> => {
    const double = await startDouble(change);
    closers.push(() => double.close());
    return service.replace(/^http:\/\/[^/]+/, double.url);
  };
  const config = () => parseSigningConfig(JSON.stringify(sigstore.signingConfig), 'signing_config.json');
  const keyless = (
    change: Partial<ReturnType<typeof config>> = {},
    clock: Clock = systemClock,
  ): Promise<KeylessSigner> => {
    const identity = createIdentitySource({
      origin: 'the test',
      audience: 'sigstore',
      hint: '',
      clock: systemClock,
      mask: () => undefined,
      read: async () => sigstore.token(),
    });
    return createKeylessSigner({ http, config: { ...config(), ...change }, identity, clock });
  };
  const signText = async (text: string, envelopeType?: string): Promise<SignedContent> => {
    const signer = await keyless();
    const payload = Buffer.from(text);
    const signature = await signer.sign(payload);
    return { payload, signature, envelopeType, certificates: signer.certificates, publicKeyPem: signer.publicKeyPem };
  };
  const deceived = (why: string) => ({ code: 'ANSWER_UNEXPECTED', message: expect.stringContaining(why) });

  describe('that gives timestamps', () => {
    it.each([
      // The nonce is the last but one part of a request, the digest the one before.
      ['for another request', 'its timestamp is for another request', 5],
      ['of something else', 'its timestamp is of something else', 20],
    ])('is not taken when it is %s', async (_, why, bytesFromEnd) => {
      const url = await between(sigstore.urls.timestampAuthority, async (question) => {
        const body = Buffer.from(question.body);
        body[body.length - bytesFromEnd] = (body[body.length - bytesFromEnd] ?? 0) ^ 1;
        return passOn(new URL(sigstore.urls.timestampAuthority).origin, { ...question, body });
      });
      await expect(timestampWitness(http, url).testify(await signText('a'), undefined)).rejects.toMatchObject(
        deceived(why),
      );
    });
  });

  describe.each([
    ['Rekor 1', rekor1Witness, 'rekor1'],
    ['Rekor 2', rekor2Witness, 'rekor'],
  ] as const)('that logs (%s)', (_, witness, name) => {
    const tamper = async (change: (answer: string) => string) => {
      const url = await between(sigstore.urls[name], async (question) => {
        const answer = await passOn(sigstore.urls[name], question);
        return { ...answer, body: change(Buffer.from(answer.body ?? '').toString()) };
      });
      return witness(http, url);
    };

    it('is not taken when it is about another signature', async () => {
      let first: string | undefined;
      const log = await tamper((answer) => {
        first ??= answer;
        return first;
      });
      await log.testify(await signText('a'), undefined);
      await expect(log.testify(await signText('a'), undefined)).rejects.toMatchObject(
        deceived('is about something else'),
      );
    });

    it('is not taken when its proof does not prove it', async () => {
      const log = await tamper((answer) => answer.replace(/"treeSize":\s*"?\d+"?/, '"treeSize":"7"'));
      await expect(log.testify(await signText('a'), undefined)).rejects.toMatchObject(
        deceived('the proof in it does not lead'),
      );
    });
  });

  it('is waited for before anything is pushed', async () => {
    const registry = memoryRegistry();
    const digests = ['{}', '{"a":1}'].map((text) => contentOf(mediaTypes.ociManifest, text).descriptor);
    const signer = await keyless();
    let asked = 0;
    const url = await between(sigstore.urls.timestampAuthority, async (question) => {
      asked += 1;
      return asked === 1 ? passOn(new URL(sigstore.urls.timestampAuthority).origin, question) : { status: 500 };
    });
    const timestampAuthorities = config().timestampAuthorities.map((service) => ({ ...service, url }));
    const witnesses = openWitnesses({ ...config(), timestampAuthorities }, http, new Date());
    const options = { registry, repository: 'shop/app', digests, signer, witnesses, clock: systemClock };
    for (const format of ['bundle', 'classic'] as const) {
      asked = 0;
      await expect(signDigests({ ...options, format })).rejects.toMatchObject({ code: 'SIGSTORE_UNAVAILABLE' });
      expect([asked, registry.pushes()]).toEqual([2, 0]);
    }
  });

  it('is not taken when its certificate is for somebody else', async () => {
    const rules = { origin: 'the test', audience: 'sigstore', hint: '', now: new Date() };
    const token = parseIdentityToken(sigstore.token({ email: 'mallory@example.com' }), rules);
    const mine = parseIdentityToken(sigstore.token({ email: 'alice@example.com' }), rules);
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const wish = {
      http,
      url: sigstore.urls.fulcio,
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      proofOfPossession: sign('sha256', Buffer.from(token.subject), privateKey),
      signal: undefined,
    };
    await expect(requestCertificate({ ...wish, identity: token })).resolves.toMatchObject({
      identity: 'mallory@example.com',
      issuer: sigstore.issuers.people,
    });
    await expect(requestCertificate({ ...wish, identity: { ...mine, raw: token.raw } })).rejects.toMatchObject(
      deceived('its certificate is for "mallory@example.com"'),
    );
  });

  it('goes to no other place with the identity token', async () => {
    const seen: Question[] = [];
    const thief = await between('http://thief', async (question) => {
      seen.push(question);
      return { status: 200, body: '{}' };
    });
    const fulcio = await between(sigstore.urls.fulcio, async () => ({
      status: 307,
      headers: { location: `${thief}/api/v2/signingCert` },
    }));
    const certificateAuthorities = config().certificateAuthorities.map((service) => ({ ...service, url: fulcio }));
    await expect(keyless({ certificateAuthorities })).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    expect(seen).toEqual([]);
  });
});
