import { type Clock, PilotError, systemClock } from '@harbor-pilot/core';
import {
  type Content,
  contentOf,
  type Descriptor,
  emptyContent,
  formatIndex,
  formatManifest,
  type Manifest,
  mediaTypes,
  parseManifest,
} from '@harbor-pilot/oci';
import { classicTag } from '@harbor-pilot/registry';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type SignatureFormat, type Signer, signDigests } from '../src/index.ts';
import { byKey } from './by-key.ts';
import { type MemoryRegistry, memoryRegistry } from './memory-registry.ts';
import { newSigner } from './new-signer.ts';
import { verified } from './verified.ts';

const repository = 'shop/app';
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const signatureAnnotation = 'dev.cosignproject.cosign/signature';
/** Waits for nobody. */
const quickClock: Clock = { ...systemClock, sleep: async () => undefined };
let signer: Signer;
let stranger: Signer;
let registry: MemoryRegistry;

beforeAll(async () => {
  [signer, stranger] = await Promise.all([newSigner(), newSigner()]);
});
beforeEach(() => {
  registry = memoryRegistry();
});

const image = (name: string): Descriptor => contentOf(mediaTypes.ociManifest, name).descriptor;
const sign = async (format: SignatureFormat, by = signer, digest = image('a'), annotations?: Record<string, string>) =>
  signDigests({
    registry,
    repository,
    digests: [digest],
    signer: by,
    format,
    clock: quickClock,
    ...(annotations === undefined ? {} : { annotations }),
  });
const verify = async (expectedReference?: string) =>
  verified({
    registry,
    repository,
    digest: image('a').digest,
    ...byKey(signer),
    ...(expectedReference === undefined ? {} : { expectedReference }),
  });
const manifestOf = (content: Content | undefined): Manifest => {
  const parsed = content && parseManifest(content.bytes, content.descriptor.mediaType);
  if (parsed?.kind !== 'manifest') throw new Error('no manifest');
  return parsed.manifest;
};
const signatureTag = ({ digest }: Descriptor): string => classicTag(digest, 'sig');
const manifestAt = (tagOrDigest: string): Manifest =>
  manifestOf(registry.manifests.get(`${repository}|${tagOrDigest}`));

describe.each(['bundle', 'classic'] as const)('signatures of the form %s', (format) => {
  it('are verified, with what was signed', async () => {
    const [signed] = await sign(format, signer, image('a'), { stage: 'production' });
    await expect(verify('harbor.example.com/shop/app')).resolves.toEqual([
      {
        format,
        digest: image('a').digest,
        signatureDigest: signed?.signatureDigest,
        reference: 'harbor.example.com/shop/app',
        annotations: { stage: 'production' },
        proof: { signer: { kind: 'key', keyId: signer.keyId }, verifiedWith: [], waived: [] },
      },
    ]);
  });

  it('are not added again by the same key, but by another key and with other annotations', async () => {
    const first = await sign(format);
    const pushes = registry.pushes();
    await expect(sign(format)).resolves.toEqual(first);
    expect(registry.pushes()).toBe(pushes);
    await sign(format, stranger);
    await sign(format, signer, image('a'), { stage: 'test' });
    await expect(verify()).resolves.toHaveLength(2);
  });

  it('of another key are refused', async () => {
    await sign(format, stranger);
    await expect(verify()).rejects.toThrow('another signer');
  });

  it('that were copied from another repository are refused when a repository is expected', async () => {
    await sign(format);
    await expect(verify()).resolves.toHaveLength(1);
    for (const other of ['harbor.example.com/shop/other', 'harbor.example.com:8443/shop/app']) {
      await expect(verify(other)).rejects.toThrow('another repository');
    }
    // Written in another way it is the same repository.
    await expect(verify('Harbor.example.com:443/shop/app')).resolves.toHaveLength(1);
  });

  it('are not made when the signal is aborted', async () => {
    const aborted = AbortSignal.abort(new Error('enough'));
    const options = { registry, repository, digests: [image('a')], signer, format, clock: quickClock };
    await expect(signDigests({ ...options, signal: aborted })).rejects.toThrow('enough');
    expect(registry.pushes()).toBe(0);
  });
});

describe('verifying', () => {
  it('says when there is no signature at all', async () => {
    await expect(verify()).rejects.toThrow('unsigned');
  });

  it('finds a valid signature among others', async () => {
    await sign('bundle', stranger);
    await sign('classic', stranger);
    await sign('classic');
    await expect(verify()).resolves.toMatchObject([{ format: 'classic' }]);
  });

  it('refuses a classic signature of another digest that was put under the tag of this one', async () => {
    await sign('classic', signer, image('b'));
    const other = registry.manifests.get(`${repository}|${signatureTag(image('b'))}`) as Content;
    await registry.pushManifest(repository, other, signatureTag(image('a')));
    await expect(verify()).rejects.toThrow('another digest');
  });

  it('refuses a bundle of another digest that was made a referrer of this one', async () => {
    const [signed] = await sign('bundle', signer, image('b'));
    const manifest = manifestAt(signed?.signatureDigest ?? '');
    await registry.pushReferrer(repository, formatManifest({ ...manifest, subject: image('a') }));
    await expect(verify()).rejects.toThrow('another digest');
  });

  it('gives on the refusal of Harbor when it hides the only signature', async () => {
    await sign('bundle');
    const { fetchManifest } = registry;
    const refusing = {
      ...registry,
      fetchManifest: async (name: string, tagOrDigest: string) => {
        if (tagOrDigest.startsWith('sha256:')) throw new PilotError('PULL_REFUSED', 'not signed');
        return fetchManifest(name, tagOrDigest);
      },
    };
    const options = { repository, digest: image('a').digest, ...byKey(signer) };
    await expect(verified({ ...options, registry: refusing })).rejects.toMatchObject({ code: 'PULL_REFUSED' });
    await sign('classic');
    await expect(verified({ ...options, registry: refusing })).resolves.toMatchObject([{ format: 'classic' }]);
  });

  it('gives on an error of the registry instead of calling the signature bad', async () => {
    await sign('bundle');
    const broken = {
      ...registry,
      fetchBlob: async () => {
        throw new PilotError('REGISTRY_UNAVAILABLE', 'down');
      },
    };
    const options = { repository, digest: image('a').digest, ...byKey(signer) };
    await expect(verified({ ...options, registry: broken })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
  });
});

describe('damaged and hostile bundles', () => {
  const pushBundle = async (bundle: unknown, predicateType = 'https://sigstore.dev/cosign/sign/v1') => {
    const layer = contentOf(bundleType, typeof bundle === 'string' ? bundle : JSON.stringify(bundle));
    registry.blobs.set(layer.descriptor.digest, layer.bytes);
    const manifest: Manifest = {
      mediaType: mediaTypes.ociManifest,
      artifactType: bundleType,
      config: emptyContent.descriptor,
      layers: [layer.descriptor],
      subject: image('a'),
      annotations: { 'dev.sigstore.bundle.predicateType': predicateType },
    };
    await registry.pushReferrer(repository, formatManifest(manifest));
  };
  interface Bundle {
    verificationMaterial: Record<string, unknown>;
    dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
  }
  const signedBundle = async (): Promise<Bundle> => {
    const [signed] = await sign('bundle', signer, image('a'));
    const digest = signed?.signatureDigest ?? '';
    const layer = manifestAt(digest).layers[0] as Descriptor;
    const bundle = JSON.parse(Buffer.from(registry.blobs.get(layer.digest) as Uint8Array).toString()) as Bundle;
    registry.manifests.clear();
    return bundle;
  };
  const rewrite = (bundle: Bundle, edit: (statement: Record<string, unknown>) => void): void => {
    const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
    edit(statement);
    bundle.dsseEnvelope.payload = Buffer.from(JSON.stringify(statement)).toString('base64');
  };

  it('has the form that cosign writes', async () => {
    const [signed] = await sign('bundle');
    const { annotations, subject, artifactType, config, layers } = manifestAt(signed?.signatureDigest ?? '');
    expect(annotations).toEqual({
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1',
      'org.opencontainers.image.created': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown,
    });
    expect(subject).toEqual(image('a'));
    expect([artifactType, config, layers[0]?.mediaType]).toEqual([bundleType, emptyContent.descriptor, bundleType]);
    const bundle = JSON.parse(Buffer.from(registry.blobs.get(layers[0]?.digest ?? 'sha256:') ?? []).toString());
    expect(bundle).toEqual({
      mediaType: bundleType,
      verificationMaterial: { publicKey: { hint: expect.stringMatching(/^.{43}=$/) }, timestampVerificationData: {} },
      dsseEnvelope: {
        payload: expect.any(String),
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ sig: expect.any(String) }],
      },
    });
  });

  it.each<[string, (bundle: Bundle) => unknown]>([
    ['is not JSON', () => 'rubbish'],
    ['has no content', () => ({})],
    ['has a changed statement', (bundle) => rewrite(bundle, (statement) => Object.assign(statement, { predicate: 1 }))],
    ['has a changed signature', ({ dsseEnvelope }) => Object.assign(dsseEnvelope.signatures[0] ?? {}, { sig: 'AAAA' })],
    ['has two signatures', ({ dsseEnvelope }) => dsseEnvelope.signatures.push({ sig: 'AAAA' })],
    ['has another payload type', ({ dsseEnvelope }) => Object.assign(dsseEnvelope, { payloadType: 'text/plain' })],
    ['is too large', (bundle) => `${JSON.stringify(bundle)}${' '.repeat(1024 * 1024)}`],
  ])('is refused when it %s', async (_title, spoil) => {
    const bundle = await signedBundle();
    const spoiled = spoil(bundle);
    await pushBundle(typeof spoiled === 'string' || _title === 'has no content' ? spoiled : bundle);
    await expect(verify()).rejects.toThrow('damaged');
  });

  it('is verified whatever its key hint says, and with an entry of a log, which is not looked at', async () => {
    const bundle = await signedBundle();
    const entry = {
      logIndex: '1',
      logId: { keyId: 'AAAA' },
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      integratedTime: '1700000000',
      inclusionProof: { logIndex: '1', rootHash: 'AAAA', treeSize: '2', hashes: [], checkpoint: { envelope: 'log' } },
      canonicalizedBody: 'AAAA',
    };
    Object.assign(bundle.verificationMaterial, { publicKey: { hint: 'production' }, tlogEntries: [entry] });
    await pushBundle(bundle);
    await expect(verify()).resolves.toHaveLength(1);
  });

  it('is no signature but an attestation by its signed predicate type, whatever its annotation says', async () => {
    const bundle = await signedBundle();
    rewrite(bundle, (statement) => Object.assign(statement, { predicateType: 'https://slsa.dev/provenance/v1' }));
    await pushBundle(bundle);
    await pushBundle(bundle, 'https://slsa.dev/provenance/v1');
    await expect(verify()).rejects.toThrow('unsigned');
  });
});

describe('the manifest of classic signatures', () => {
  it('has the form that cosign writes, and keeps what was there', async () => {
    await sign('classic', stranger);
    const before = manifestAt(signatureTag(image('a')));
    await sign('classic');
    const after = manifestAt(signatureTag(image('a')));
    expect(after.layers).toHaveLength(2);
    expect(after.layers[0]).toEqual(before.layers[0]);
    expect(after.artifactType).toBeUndefined();
    const [first, second] = after.layers.map(({ digest }) => digest);
    expect(JSON.parse(Buffer.from(registry.blobs.get(after.config.digest) ?? []).toString())).toMatchObject({
      rootfs: { type: 'layers', diff_ids: [first, second] },
    });
    expect(JSON.parse(Buffer.from(registry.blobs.get(first ?? 'sha256:') ?? []).toString())).toEqual({
      critical: {
        identity: { 'docker-reference': 'harbor.example.com/shop/app' },
        image: { 'docker-manifest-digest': image('a').digest },
        type: 'cosign container image signature',
      },
      optional: null,
    });
  });

  it('is refused when signatures in it are damaged', async () => {
    await sign('classic');
    const manifest = manifestAt(signatureTag(image('a')));
    const [layer] = manifest.layers as [Descriptor];
    const spoiled = (changes: Partial<Descriptor>): Descriptor => ({ ...layer, ...changes });
    const rubbish = contentOf(layer.mediaType, 'rubbish');
    registry.blobs.set(rubbish.descriptor.digest, rubbish.bytes);
    const layers = [
      spoiled({ annotations: {} }),
      spoiled({ annotations: { [signatureAnnotation]: 'AAAA' } }),
      spoiled({ size: layer.size + 1 }),
      spoiled({ size: 2 ** 40 }),
      spoiled(rubbish.descriptor),
      spoiled({ digest: image('missing').digest }),
    ];
    await registry.pushManifest(repository, formatManifest({ ...manifest, layers }), signatureTag(image('a')));
    await expect(verify()).rejects.toThrow('damaged, another signer, damaged, damaged, damaged, damaged');
  });

  it('is refused when it is an index', async () => {
    const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [] });
    await registry.pushManifest(repository, index, signatureTag(image('a')));
    await expect(verify()).rejects.toThrow('damaged');
    await expect(sign('classic')).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  });

  it('is refused where it would be one more than anybody reads', async () => {
    await sign('classic');
    const { layers, ...manifest } = manifestAt(signatureTag(image('a')));
    const many = layers.flatMap((layer) =>
      Array.from({ length: 1000 }, (_, n) => ({ ...layer, annotations: { ...layer.annotations, n: `${n}` } })),
    );
    const full = formatManifest({ ...manifest, layers: many });
    await registry.pushManifest(repository, full, signatureTag(image('a')));
    await expect(sign('classic', stranger)).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' });
    await expect(verify()).resolves.toHaveLength(1000);
    const artifactType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
    for (const more of [many, many.slice(1)]) {
      const referrer = formatManifest({ ...manifest, layers: more, artifactType, subject: image('a') });
      await registry.pushReferrer(repository, referrer);
    }
    await expect(verify()).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  });

  it('is found as a referrer too', async () => {
    await sign('classic');
    const manifest = manifestAt(signatureTag(image('a')));
    registry.manifests.clear();
    const artifactType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
    await registry.pushReferrer(repository, formatManifest({ ...manifest, artifactType, subject: image('a') }));
    await expect(verify()).resolves.toHaveLength(1);
  });

  it('keeps the signatures of two jobs at the same time', async () => {
    const { pushManifest } = registry;
    let isFirst = true;
    registry.pushManifest = async (...parts) => {
      if (isFirst) {
        isFirst = false;
        await sign('classic', stranger);
      }
      return pushManifest(...parts);
    };
    await sign('classic');
    expect(isFirst).toBe(false);
    await expect(verify()).resolves.toHaveLength(1);
  });

  it('that others overwrite all the time is a conflict', async () => {
    registry.fetchManifest = async () => {
      throw new PilotError('REFERENCE_NOT_FOUND', 'gone again');
    };
    await expect(sign('classic')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  });

  it('that a rule makes immutable is explained', async () => {
    const immutable = {
      ...registry,
      pushManifest: async () => {
        throw new PilotError('TAG_IMMUTABLE', 'the tag is immutable');
      },
    };
    const options = { repository, digests: [image('a')], signer, format: 'classic' as const, clock: quickClock };
    await expect(signDigests({ ...options, registry: immutable })).rejects.toMatchObject({
      code: 'TAG_IMMUTABLE',
      hint: expect.stringContaining('sha256-*') as unknown,
    });
  });
});
