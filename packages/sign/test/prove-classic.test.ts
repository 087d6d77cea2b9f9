import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Proof, Refusal } from '../src/index.ts';
import { spokenForByAnnotations } from '../src/prove/classic-material.ts';
import { prove } from '../src/prove/prove.ts';
import { proveClassicStatement } from '../src/prove/prove-statement.ts';
import { changedJson, valueAt } from './changed-json.ts';
import { artifact, now, signedBy, signedCase } from './signed-cases.ts';

type Annotations = Readonly<Record<string, string>>;

/** What cosign would write beside a classic signature, from a bundle of the same. */
function annotationsOf(bundle: string): Annotations {
  const material = (...path: string[]) => valueAt(JSON.parse(bundle), ['verificationMaterial', ...path]) as string;
  const entry = (...path: string[]) => material('tlogEntries', '0', ...path);
  const der = material('certificate', 'rawBytes') ?? material('x509CertificateChain', 'certificates', '0', 'rawBytes');
  return {
    'dev.sigstore.cosign/certificate': new X509Certificate(Buffer.from(der, 'base64')).toString(),
    'dev.sigstore.cosign/bundle': JSON.stringify({
      SignedEntryTimestamp: entry('inclusionPromise', 'signedEntryTimestamp'),
      Payload: {
        body: entry('canonicalizedBody'),
        integratedTime: Number(entry('integratedTime')),
        logIndex: Number(entry('logIndex')),
        logID: Buffer.from(entry('logId', 'keyId'), 'base64').toString('hex'),
      },
    }),
  };
}

async function proveClassic(
  change: (annotations: Annotations) => Annotations = (same) => same,
): Promise<Proof | Refusal> {
  const { bundle, policy } = await signedCase('happy-path-v0.3');
  const signature = Buffer.from(valueAt(JSON.parse(bundle), ['messageSignature', 'signature']) as string, 'base64');
  const spoken = spokenForByAnnotations(change(annotationsOf(bundle)));
  return prove({ signature, signed: artifact, timestamped: signature, ...spoken }, policy, now);
}

describe('a classic signature with a certificate and what Rekor 1 promised', () => {
  it('is proved', async () => {
    await expect(proveClassic()).resolves.toEqual({
      signer: { kind: 'certificate', ...signedBy },
      verifiedWith: ['transparency-log', 'timestamp', 'certificate-transparency'],
      waived: [],
      signedAt: '2024-03-19T17:26:26.000Z',
    });
  });

  it('does not count without them', async () => {
    const without = (name: string) => (annotations: Annotations) =>
      Object.fromEntries(Object.entries(annotations).filter(([one]) => one !== `dev.sigstore.cosign/${name}`));
    await expect(proveClassic(without('bundle'))).resolves.toMatchObject({ failure: 'no transparency log' });
    await expect(proveClassic(without('certificate'))).resolves.toMatchObject({ failure: 'another signer' });
  });

  it.each<[string, unknown]>([
    ['SignedEntryTimestamp', 'MEUCIQ=='],
    ['Payload.body', Buffer.from('{"kind":"hashedrekord","apiVersion":"0.0.1"}').toString('base64')],
    ['Payload.integratedTime', 1_710_869_187],
    ['Payload.integratedTime', 2_000_000_000],
    ['Payload.logIndex', 1],
    ['Payload.logIndex', -1],
    ['Payload.logID', '00'],
  ])('is refused with another %s', async (place, value) => {
    const spoiled = proveClassic((annotations) => ({
      ...annotations,
      'dev.sigstore.cosign/bundle': JSON.stringify(
        changedJson(JSON.parse(annotations['dev.sigstore.cosign/bundle'] ?? ''), place.split('.'), value),
      ),
    }));
    await expect(spoiled).resolves.toHaveProperty('failure');
  });
});

describe('a classic attestation', () => {
  const proveEnvelope = async (change: (envelope: unknown) => unknown = (same) => same) => {
    const { bundle, policy } = await signedCase('happy-path-intoto-in-dsse-v3');
    const envelope = change(valueAt(JSON.parse(bundle), ['dsseEnvelope']));
    return proveClassicStatement(Buffer.from(JSON.stringify(envelope)), annotationsOf(bundle), policy, now);
  };

  it('is proved', async () => {
    await expect(proveEnvelope()).resolves.toMatchObject({ proof: { signer: signedBy } });
  });

  it.each<[string, unknown]>([
    ['payload', 'AAAA'],
    ['payloadType', 'text/plain'],
    ['signatures', []],
    ['signatures', [{ sig: 'AAAA' }, { sig: 'AAAA' }]],
    ['signatures.0.sig', 'AAAA'],
  ])('is refused with another %s', async (place, value) => {
    const spoiled = proveEnvelope((envelope) => changedJson(envelope, place.split('.'), value));
    await expect(spoiled).resolves.toMatchObject({ failure: 'damaged' });
  });
});
