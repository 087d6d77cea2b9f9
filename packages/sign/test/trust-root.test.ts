import { describe, expect, it } from '@jest/globals';
import { ageOfTrustRoot, parseTrustRoot, publicTrustRoot } from '../src/index.ts';
import { pinnedRoot } from '../src/trust-root/public-root.ts';
import { changedJson } from './changed-json.ts';
import { signedCase } from './signed-cases.ts';

const parse = async (document: unknown) => parseTrustRoot(JSON.stringify(document), 'root.json');
const pinned: unknown = JSON.parse(pinnedRoot);

describe('the root of the public Sigstore', () => {
  it('is in the package, and is read once', async () => {
    const root = await publicTrustRoot();
    const { tlogs, ctlogs, certificateAuthorities, timestampAuthorities } = root.material;
    expect([tlogs.length, ctlogs.length, certificateAuthorities.length, timestampAuthorities.length]).toEqual([
      2, 2, 2, 1,
    ]);
    expect(await publicTrustRoot()).toBe(root);
  });

  it('has an age, from when it was published', async () => {
    const root = await publicTrustRoot();
    expect(root.updatedAt).toBe('2026-08-21T00:00:00.000Z');
    expect(ageOfTrustRoot(root, new Date('2026-08-31T12:00:00Z'))).toEqual({ days: 10, isOld: false });
    expect(ageOfTrustRoot(root, new Date('2027-09-01T00:00:00Z'))).toEqual({ days: 376, isOld: true });
    expect(ageOfTrustRoot(root, new Date('2020-01-01T00:00:00Z'))).toEqual({ days: 0, isOld: false });
  });
});

describe('a file of a trust root', () => {
  it('is as old as its newest part', async () => {
    await expect(parse(pinned)).resolves.toMatchObject({
      origin: 'root.json',
      updatedAt: '2025-09-23T00:00:00.000Z',
    });
  });

  it('is read with the names of the definition, too', async () => {
    const snake = pinnedRoot.replace(/"([a-zA-Z]+)":/g, (_, name: string) => {
      return `"${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}":`;
    });
    expect(snake).toContain('"cert_chain"');
    const [one, other] = await Promise.all([parse(JSON.parse(snake)), parse(pinned)]);
    expect(one.material.tlogs).toEqual(other.material.tlogs);
    expect(one.material.certificateAuthorities).toEqual(other.material.certificateAuthorities);
  });

  it.each<[string, string, unknown]>([
    ['it is no object', '', []],
    ['its mediaType is "application/json"', 'mediaType', 'application/json'],
    [
      'it names no authority and no log',
      '',
      { mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1' },
    ],
    ['tlogs[1] is no object', 'tlogs.1', 'log'],
    ['tlogs[0].publicKey is no object', 'tlogs.0.publicKey', undefined],
    ['tlogs[0].publicKey.rawBytes is no base64', 'tlogs.0.publicKey.rawBytes', '%'],
    ['tlogs[0].publicKey.rawBytes is no public key', 'tlogs.0.publicKey.rawBytes', 'AAAA'],
    ['tlogs[0].publicKey.validFor has no start', 'tlogs.0.publicKey.validFor', {}],
    ['ctlogs[0].publicKey.validFor.start is no time', 'ctlogs.0.publicKey.validFor.start', 'yesterday'],
    ['ctlogs[1].publicKey.validFor ends before it starts', 'ctlogs.1.publicKey.validFor.end', '2001-01-01T00:00:00Z'],
    ['certificateAuthorities[0].certChain has no certificate', 'certificateAuthorities.0.certChain', undefined],
    [
      'timestampAuthorities[0].certChain.certificates[0].rawBytes is no certificate',
      'timestampAuthorities.0.certChain.certificates.0.rawBytes',
      'MAA=',
    ],
    // Each of these would leave out what has to speak for a signature.
    ['tlogs is no list', 'tlogs', {}],
    ['ctlogs is no list', 'ctlogs', 'none'],
    ['it has a part "tlog", which is not known', 'tlog', []],
    ['certificateAuthorities[0].validFor is no object', 'certificateAuthorities.0.validFor', '2020-01-01T00:00:00Z'],
    ['tlogs has more than 100', 'tlogs', Array.from({ length: 101 }, () => ({}))],
  ])('is refused when %s', async (why, place, value) => {
    const spoiled = changedJson(pinned, place === '' ? [] : place.split('.'), value);
    await expect(parse(spoiled)).rejects.toMatchObject({
      code: 'TRUST_ROOT_INVALID',
      message: expect.stringContaining(`root.json is no trust root: ${why}`) as unknown,
    });
  });

  it('is refused when it can be read in two ways', async () => {
    const twice = pinnedRoot.replace(/\}\s*$/, ', "tlogs": []}');
    await expect(parseTrustRoot(twice, 'root.json')).rejects.toThrow('it has the name "tlogs" twice');
  });

  it.each(['', '{', 'null', '"root"', ' '.repeat(5 * 1024 * 1024)])('is refused when it is no JSON', async (text) => {
    await expect(parseTrustRoot(text, 'root.json')).rejects.toMatchObject({ code: 'TRUST_ROOT_INVALID' });
  });

  it('is refused with a key of a log that always counted', async () => {
    await expect(signedCase('trust-root-tlog-missing-validity-start_fail')).rejects.toThrow(
      'tlogs[1].publicKey.validFor has no start',
    );
  });
});
