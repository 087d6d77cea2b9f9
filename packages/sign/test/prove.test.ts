import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  exactName,
  keyPolicy,
  type Proof,
  parsePublicKey,
  parseTrustRoot,
  proveArtifact,
  type Refusal,
  type SignerPolicy,
  type Waiver,
} from '../src/index.ts';
import { changedJson, valueAt } from './changed-json.ts';
import { keylessRegistry } from './keyless-fixture.ts';
import { artifact, now, type SignedCase, signedBy, signedCase, signer } from './signed-cases.ts';

let one: SignedCase;
beforeAll(async () => {
  one = await signedCase('rekor2-happy-path');
});

interface Change {
  /** Places in the bundle and what stands there. */
  readonly bundle?: Readonly<Record<string, unknown>>;
  /** Places in the trust root and what stands there. */
  readonly root?: Readonly<Record<string, unknown>>;
  readonly policy?: Partial<SignerPolicy>;
  readonly now?: Date;
}

const changed = (json: string, changes: Change['bundle'] = {}): string =>
  JSON.stringify(
    Object.entries(changes).reduce(
      (document, [place, value]) => changedJson(document, place.split('.'), value),
      JSON.parse(json) as unknown,
    ),
  );

async function prove({ bundle, root, policy, now: at = now }: Change = {}): Promise<Proof | Refusal> {
  const trustRoot = await parseTrustRoot(changed(one.trustedRoot ?? '', root), 'root.json');
  return proveArtifact(Buffer.from(changed(one.bundle, bundle)), artifact, { ...one.policy, trustRoot, ...policy }, at);
}
const waiving = (...waivers: Waiver[]): Partial<SignerPolicy> => ({ waivers: new Set(waivers) });

const whole = ['transparency-log', 'timestamp', 'certificate-transparency'];
const withoutEntries = { 'verificationMaterial.tlogEntries': [] };
const withoutTimestamps = { 'verificationMaterial.timestampVerificationData': undefined };
/** While the certificate was valid. */
const then = new Date('2025-06-12T12:05:00Z');

describe('a signature of a certificate', () => {
  it('is proved with who, when, and all that the trust root has', async () => {
    await expect(prove()).resolves.toEqual({
      signer: { kind: 'certificate', ...signedBy },
      verifiedWith: whole,
      waived: [],
      signedAt: '2025-06-12T12:02:20.000Z',
    });
  });

  it.each<[string, Change, Refusal['failure']]>([
    ['has no log entry', { bundle: withoutEntries }, 'no transparency log'],
    ['has no timestamp', { bundle: withoutTimestamps }, 'no timestamp'],
    ['has no timestamp, even while its certificate is valid', { bundle: withoutTimestamps, now: then }, 'no timestamp'],
    ['was signed in times to come', { now: new Date('2025-06-12T11:55:00Z') }, 'no timestamp'],
    ['is of a log that ended', { root: ended('tlogs.0.publicKey', 'tlogs.1.publicKey') }, 'expired trust root'],
    ['is of an authority that ended', { root: ended('certificateAuthorities.0') }, 'expired trust root'],
    ['is of a timestamp authority that ended', { root: ended('timestampAuthorities.0') }, 'expired trust root'],
    [
      'is of certificate logs that ended',
      { root: ended('ctlogs.0.publicKey', 'ctlogs.1.publicKey', 'ctlogs.2.publicKey') },
      'expired trust root',
    ],
    ['is of another authority', { root: { certificateAuthorities: [] } }, 'untrusted certificate'],
    ['is of no timestamp authority that counts', { root: { timestampAuthorities: [] } }, 'no timestamp'],
    ['is for somebody else', { policy: named('https://github.com/shop/app', signedBy.issuer) }, 'another signer'],
    ['is vouched for by somebody else', { policy: named(signedBy.identity, 'https://shop.example') }, 'another signer'],
    ['is compared with keys alone', { policy: newKey() }, 'another signer'],
    ['is compared without a trust root', { policy: { trustRoot: undefined } }, 'untrusted certificate'],
  ])('is refused when it %s', async (_title, change, failure) => {
    await expect(prove(change)).resolves.toMatchObject({ failure });
  });

  it('is refused when its certificate has no proof of a certificate log, unless that is waived or no such log is known', async () => {
    const place = 'verificationMaterial.certificate.rawBytes';
    const der = Buffer.from(valueAt(JSON.parse(one.bundle), place.split('.')) as string, 'base64');
    // The identifier of the extension, RFC 6962, becomes one that nobody knows.
    const at = der.indexOf(Buffer.from('2b06010401d679020402', 'hex'));
    der[at + 9] = 0x7f;
    const bundle = { [place]: der.toString('base64') };
    await expect(prove({ bundle })).resolves.toMatchObject({ failure: 'no certificate transparency' });
    // All that is wrong with it then is that its authority has not signed this.
    const untrusted = { failure: 'untrusted certificate' };
    await expect(prove({ bundle, policy: waiving('certificate-transparency') })).resolves.toMatchObject(untrusted);
    await expect(prove({ bundle, root: { ctlogs: [] } })).resolves.toMatchObject(untrusted);
  });

  it('says whose it is when it is of another signer', async () => {
    const refusal = await prove({ policy: named('https://github.com/shop/app', signedBy.issuer) });
    expect(refusal).toMatchObject({ reason: `signed by ${signedBy.identity}, for whom ${signedBy.issuer} vouches` });
  });

  it.each<[string, Change, Waiver[], string[]]>([
    ['a log entry', { bundle: withoutEntries }, ['transparency-log'], ['timestamp', 'certificate-transparency']],
    [
      'a timestamp, while its certificate is valid',
      { bundle: withoutTimestamps, now: then },
      ['timestamp'],
      ['transparency-log', 'certificate-transparency'],
    ],
    [
      'a certificate log',
      { root: { ctlogs: [{ publicKey: otherKey(), logId: { keyId: 'AAAA' } }] } },
      ['certificate-transparency'],
      ['transparency-log', 'timestamp'],
    ],
    ['anything', { bundle: { ...withoutEntries, ...withoutTimestamps }, now: then }, [...whole] as Waiver[], []],
  ])('is proved without %s when that is waived, which shows', async (_title, change, waivers, verifiedWith) => {
    await expect(prove(change)).resolves.toHaveProperty('failure');
    const proof = await prove({ ...change, policy: waiving(...waivers) });
    expect(proof).toMatchObject({ signer: { kind: 'certificate' }, verifiedWith, waived: waivers });
  });

  it('is proved although a log and a timestamp authority that nobody here knows speak for it, too', async () => {
    const blobs = [...(await keylessRegistry()).blobs.values()].map((bytes) => Buffer.from(bytes).toString());
    const strange = JSON.parse(blobs.find((text) => text.includes('rfc3161Timestamps')) ?? '') as unknown;
    const both = (...place: string[]) => {
      const path = ['verificationMaterial', ...place];
      return {
        [path.join('.')]: [JSON.parse(one.bundle) as unknown, strange].map((from) => valueAt(from, [...path, '0'])),
      };
    };
    const bundle = { ...both('tlogEntries'), ...both('timestampVerificationData', 'rfc3161Timestamps') };
    await expect(prove({ bundle })).resolves.toEqual(await prove());
    // Of those who are known every word must be true.
    const spoiled = { ...bundle, 'verificationMaterial.tlogEntries.1.logId': logIdOf(one) };
    await expect(prove({ bundle: spoiled })).resolves.toHaveProperty('failure');
  });

  it('needs a certificate that is valid now when the timestamp is waived', async () => {
    const change = { bundle: withoutTimestamps, policy: waiving('timestamp') };
    await expect(prove(change)).resolves.toMatchObject({ failure: 'untrusted certificate' });
  });

  it.each<[string, string[]]>([
    ['tlogs', ['timestamp', 'certificate-transparency']],
    ['ctlogs', ['transparency-log', 'timestamp']],
  ])('needs no %s that the trust root has not, and waives nothing by that', async (part, verifiedWith) => {
    await expect(prove({ root: { [part]: [] } })).resolves.toMatchObject({ verifiedWith, waived: [] });
  });
});

describe('a signature of a key', () => {
  const prove = async (policy: Partial<SignerPolicy>, bundle?: Change['bundle']) => {
    const managed = await signedCase('managed-key-and-trusted-root');
    const json = Buffer.from(changed(managed.bundle, bundle));
    return proveArtifact(json, artifact, { ...managed.policy, ...policy }, now);
  };

  it('is proved with log and time when there is a trust root', async () => {
    await expect(prove({})).resolves.toMatchObject({
      signer: { kind: 'key' },
      verifiedWith: ['transparency-log', 'timestamp'],
      waived: [],
      signedAt: '2026-01-07T18:36:05.000Z',
    });
    await expect(prove({}, withoutEntries)).resolves.toMatchObject({ failure: 'no transparency log' });
  });

  it('is proved by its key alone without a trust root, whatever log entry it has', async () => {
    const alone = { trustRoot: undefined };
    const bare = { signer: { kind: 'key' }, verifiedWith: [], waived: [] };
    await expect(prove(alone)).resolves.toMatchObject(bare);
    await expect(
      prove(alone, { 'verificationMaterial.tlogEntries.0.canonicalizedBody': 'AAAA' }),
    ).resolves.toMatchObject(bare);
  });

  it('is refused for another key, and for a name', async () => {
    await expect(prove(newKey())).resolves.toMatchObject({ failure: 'another signer' });
    await expect(prove({ signers: [signer] })).resolves.toMatchObject({ failure: 'another signer' });
  });

  it('counts when one of several signers is its own', async () => {
    const { signers } = (await signedCase('managed-key-and-trusted-root')).policy;
    await expect(prove({ signers: [signer, ...newKey().signers, ...signers] })).resolves.toHaveProperty('signer');
  });
});

function logIdOf({ bundle }: SignedCase): unknown {
  return valueAt(JSON.parse(bundle), ['verificationMaterial', 'tlogEntries', '0', 'logId']);
}

function ended(...places: string[]): Readonly<Record<string, unknown>> {
  const end = '2025-06-01T00:00:00Z';
  return Object.fromEntries(places.map((place) => [`${place}.validFor`, { start: '2020-01-01T00:00:00Z', end }]));
}

function named(identity: string, issuer: string): Partial<SignerPolicy> {
  return { signers: [{ kind: 'certificate', identity: exactName(identity), issuer: exactName(issuer) }] };
}

function newKey(): Pick<SignerPolicy, 'signers'> {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { signers: keyPolicy(parsePublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString())).signers };
}

function otherKey(): unknown {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rawBytes = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return { rawBytes, validFor: { start: '2020-01-01T00:00:00Z' } };
}
