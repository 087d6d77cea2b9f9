import { randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { proveArtifact } from '../src/index.ts';
import { proveClassicStatement, proveStatement } from '../src/prove/prove-statement.ts';
import { changedJson, placesOf, valueAt } from './changed-json.ts';
import { artifact, now, signedCase } from './signed-cases.ts';

/** Another text of the same length. */
function changedText(text: string): string {
  const middle = Math.floor(text.length / 2);
  return `${text.slice(0, middle)}${text[middle] === '1' ? '2' : '1'}${text.slice(middle + 1)}`;
}

/** Everything else that could stand at a place. */
function othersOf(value: unknown): readonly unknown[] {
  const other = typeof value === 'string' ? [changedText(value)] : [];
  return [...other, undefined, null, [], {}, '9'.repeat(400)];
}

describe.each(['happy-path-v0.3', 'rekor2-happy-path', 'managed-key-and-trusted-root'])('the bundle %s', (name) => {
  it('is refused whatever is changed in it, except what proves nothing', async () => {
    const { bundle, policy } = await signedCase(name);
    const document: unknown = JSON.parse(bundle);
    const prove = async (changed: unknown) =>
      proveArtifact(Buffer.from(JSON.stringify(changed)), artifact, policy, now);
    await expect(prove(document)).resolves.toHaveProperty('signer');
    const accepted = new Set<string>();
    for (const path of placesOf(document)) {
      for (const other of othersOf(valueAt(document, path))) {
        const result = await prove(changedJson(document, path, other));
        if ('signer' in result) accepted.add(path.join('.'));
      }
    }
    expect([...accepted]).toEqual(
      {
        'happy-path-v0.3': [],
        // In the middle of it is a certificate, which nobody reads: those of the trust root count.
        'rekor2-happy-path': ['verificationMaterial.timestampVerificationData.rfc3161Timestamps.0.signedTimestamp'],
        // A mere hint.
        'managed-key-and-trusted-root': ['verificationMaterial.publicKey', 'verificationMaterial.publicKey.hint'],
      }[name],
    );
  }, 60_000);
});

describe('what is no bundle', () => {
  const hostile: readonly (readonly [string, Buffer])[] = [
    ['nothing', Buffer.alloc(0)],
    ['bytes', Buffer.from([0xff, 0xfe, 0, 1])],
    ['null', Buffer.from('null')],
    ['a list', Buffer.from('[]')],
    ['a text', Buffer.from('"bundle"')],
    ['nested without end', Buffer.from('['.repeat(100_000))],
    ['named after what all objects have', Buffer.from('{"__proto__":{"mediaType":"x"},"constructor":{}}')],
    ['numbers where texts should be', Buffer.from('{"mediaType":1,"verificationMaterial":2,"dsseEnvelope":3}')],
  ];
  it.each(hostile)('is refused: %s', async (_title, bytes) => {
    const { policy } = await signedCase('happy-path-v0.3');
    const damaged = { failure: 'damaged', reason: expect.any(String) };
    await expect(proveArtifact(bytes, artifact, policy, now)).resolves.toEqual(damaged);
    await expect(proveStatement(bytes, policy, now)).resolves.toEqual(damaged);
    await expect(proveClassicStatement(bytes, {}, policy, now)).resolves.toEqual(damaged);
  });

  it('gives no control characters to those who are told of it', async () => {
    const { bundle, policy } = await signedCase('happy-path-v0.3');
    const mediaType = `\u001b[2J\u202e${'x'.repeat(5000)}`;
    for (const text of [JSON.stringify({ ...JSON.parse(bundle), mediaType }), `{"\u001b[2J": \u001b}`]) {
      const result = await proveArtifact(Buffer.from(text), artifact, policy, now);
      const reason = 'failure' in result ? result.reason : '';
      expect(reason).not.toMatch(/^$|\p{C}/u);
      expect(reason.length).toBeLessThan(400);
    }
  });

  it('is refused with more witnesses than anybody has', async () => {
    const { bundle, policy } = await signedCase('rekor2-happy-path');
    const document: unknown = JSON.parse(bundle);
    const path = ['verificationMaterial', 'timestampVerificationData', 'rfc3161Timestamps', '0', 'signedTimestamp'];
    const large = Buffer.concat([Buffer.from('3083100000', 'hex'), Buffer.from('0400'.repeat(0x80000), 'hex')]);
    const changed = changedJson(document, path, large.toString('base64'));
    await expect(proveArtifact(Buffer.from(JSON.stringify(changed)), artifact, policy, now)).resolves.toMatchObject({
      reason: 'its timestamp is too large',
    });
    for (const place of ['tlogEntries', 'timestampVerificationData.rfc3161Timestamps']) {
      const path = ['verificationMaterial', ...place.split('.')];
      const [one] = valueAt(document, path) as readonly unknown[];
      for (const count of [2, 17]) {
        const changed = changedJson(document, path, Array(count).fill(one));
        const result = await proveArtifact(Buffer.from(JSON.stringify(changed)), artifact, policy, now);
        expect(result).toHaveProperty('failure');
      }
    }
  });

  it('is refused when it can be read in two ways', async () => {
    const { bundle, policy } = await signedCase('happy-path-v0.3');
    const twice = bundle.replace('{', '{"mediaType":"application/json",');
    await expect(proveArtifact(Buffer.from(twice), artifact, policy, now)).resolves.toMatchObject({
      failure: 'damaged',
      reason: expect.stringContaining('"mediaType" twice') as unknown,
    });
  });

  it('is refused, not thrown, with any bytes changed', async () => {
    const { bundle, policy } = await signedCase('rekor2-dsse-happy-path');
    for (let round = 0; round < 60; round += 1) {
      const bytes = Buffer.from(bundle);
      const places = Array.from({ length: 6 }, () => randomInt(bytes.length));
      for (const place of places) bytes[place] = randomInt(256);
      const result = await proveArtifact(bytes, artifact, policy, now);
      // What is changed may prove nothing: a hint, or the signature of a witness of the log.
      expect(Object.keys(result)).toEqual(expect.arrayContaining(['failure' in result ? 'failure' : 'signer']));
    }
  });
});

describe('a statement', () => {
  it('is given back when it is proved', async () => {
    const { bundle, policy } = await signedCase('happy-path-intoto-in-dsse-v3');
    const proved = await proveStatement(Buffer.from(bundle), policy, now);
    if ('failure' in proved) throw new Error(proved.reason);
    expect(JSON.parse(Buffer.from(proved.statement).toString())).toMatchObject({
      predicateType: expect.any(String) as unknown,
    });
    expect(proved.proof).toMatchObject({ verifiedWith: ['transparency-log', 'timestamp', 'certificate-transparency'] });
  });

  it('is none in a bundle that signs a message', async () => {
    const { bundle, policy } = await signedCase('happy-path-v0.3');
    await expect(proveStatement(Buffer.from(bundle), policy, now)).resolves.toEqual({
      failure: 'damaged',
      reason: 'it signs no statement',
    });
  });
});
