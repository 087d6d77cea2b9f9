import { PilotError, systemClock } from '@harbor-pilot/core';
import {
  contentOf,
  type Descriptor,
  emptyContent,
  formatIndex,
  formatManifest,
  mediaTypes,
  parseManifest,
} from '@harbor-pilot/oci';
import { pushContent } from '@harbor-pilot/registry';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  attestDigests,
  type Condition,
  examineAttestations,
  findAttestations,
  parseCondition,
  type SignatureFormat,
  type Signer,
  signDigests,
  signStatement,
} from '../src/index.ts';
import { byKey } from './by-key.ts';
import { type MemoryRegistry, memoryRegistry } from './memory-registry.ts';
import { newSigner } from './new-signer.ts';
import { verified } from './verified.ts';

const repository = 'shop/app';
const reference = 'harbor.example.com/shop/app';
const type = 'https://example.com/review/v1';
const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const formats = ['bundle', 'classic'] as const;
const image: Descriptor = contentOf(mediaTypes.ociManifest, 'image').descriptor;
const clock = { ...systemClock, sleep: async () => undefined };
let signer: Signer;
let stranger: Signer;
let registry: MemoryRegistry;

beforeAll(async () => {
  [signer, stranger] = await Promise.all([newSigner(), newSigner()]);
});
beforeEach(() => {
  registry = memoryRegistry();
});

interface Wish {
  readonly by?: Signer;
  readonly predicate?: Readonly<Record<string, unknown>>;
  readonly in?: string;
  readonly type?: string;
}

const attest = async (format: SignatureFormat, wish: Wish = {}) =>
  attestDigests({
    registry,
    repository: wish.in ?? repository,
    subjects: [{ descriptor: image, predicate: wish.predicate ?? { reviewed: true, by: undefined } }],
    predicateType: wish.type ?? type,
    signer: wish.by ?? signer,
    format,
    clock,
  });
const options = (expectedReference?: string) => ({
  registry,
  repository,
  digest: image.digest,
  ...byKey(signer),
  clock,
  ...(expectedReference === undefined ? {} : { expectedReference }),
});
const missing = { proved: [], refused: [] };
/** What becomes of the only requirement. */
const examine = async (conditions: readonly Condition[] = [], place = options(reference)) =>
  (await examineAttestations(place, [{ predicateType: type, conditions }]))[0];
const reviewed = parseCondition({ path: 'reviewed', equals: true }, 'test');

describe.each(formats)('an attestation in the form %s', (format) => {
  it('is verified, with what it says and who signed it', async () => {
    const [attested] = await attest(format);
    const examined = await examine([reviewed]);
    expect(examined?.proved).toEqual([
      {
        digest: image.digest,
        reference,
        predicateType: type,
        predicate: { reviewed: true },
        format,
        attestationDigest: attested?.attestationDigest,
        proof: expect.objectContaining({ signer: { kind: 'key', keyId: signer.keyId } }),
      },
    ]);
  });

  it('is not made again in the same words, and stays beside one in others', async () => {
    const first = await attest(format);
    const pushes = registry.pushes();
    expect(await attest(format)).toEqual(first.map((one) => ({ ...one, isFound: true })));
    expect(registry.pushes()).toBe(pushes);
    await attest(format, { predicate: { reviewed: false } });
    await attest(format, { by: stranger });
    const examined = await examine();
    expect(examined?.proved.map(({ predicate }) => predicate.reviewed).sort()).toEqual([false, true]);
    expect(examined?.refused).toMatchObject([{ failure: 'another signer' }]);
  });

  it('never counts as a signature, nor a signature as an attestation', async () => {
    await attest(format);
    await expect(verified(options())).rejects.toThrow('unsigned');
    registry = memoryRegistry();
    await signDigests({ registry, repository, digests: [image], signer, format, clock });
    expect(await examine()).toMatchObject(missing);
    expect(await Array.fromAsync(findAttestations(options()))).toEqual([]);
  });

  it.each([
    ['by somebody else', { by: 'stranger' }, [], reference, 'another signer', /signed with another key/],
    ['for another repository', {}, [], `${reference}-2`, 'another repository', /it is for harbor/],
    [
      'that says something else',
      { predicate: { reviewed: false } },
      [reviewed],
      reference,
      'conditions',
      /reviewed equals true/,
    ],
  ] as const)(
    'does not count %s',
    async (_, {
      by,
      ...wish
    }: { by?: string; predicate?: { reviewed: boolean } }, conditions, expected, failure, why) => {
      await attest(format, by === undefined ? wish : { ...wish, by: stranger });
      const reason = expect.stringMatching(why);
      expect(await examine(conditions, options(expected))).toMatchObject({
        proved: [],
        refused: [{ failure, reason }],
      });
    },
  );

  it('of another type is missing', async () => {
    await attest(format, { type: 'https://example.com/other/v1' });
    expect(await examine()).toMatchObject(missing);
  });

  it('is not signed when it is too large', async () => {
    const predicate = { text: '€'.repeat(11 * 1024 * 1024) };
    await expect(attest(format, { predicate })).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' });
    expect(registry.pushes()).toBe(0);
  });
});

it('a classic attestation stays when another job sets the tag that had read it before', async () => {
  const [looked, hasSet] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow: MemoryRegistry = {
    ...registry,
    pushManifest: async (name, content, tag) => {
      if (tag !== undefined) await looked.promise;
      return registry.pushManifest(name, content, tag);
    },
  };
  const attestOn = (on: MemoryRegistry, by: string, sleep: () => Promise<void>) =>
    attestDigests({
      registry: on,
      repository,
      subjects: [{ descriptor: image, predicate: { by } }],
      predicateType: type,
      signer,
      format: 'classic',
      clock: { ...clock, sleep },
    });
  const second = attestOn(slow, 'second', async () => hasSet.resolve());
  await attestOn(registry, 'first', async () => {
    looked.resolve();
    await hasSet.promise;
  });
  await second;
  expect((await examine())?.proved.map(({ predicate }) => predicate.by).sort()).toEqual(['first', 'second']);
});

/** Attaches a text as a bundle, announced as being of a type, or of none. */
async function attach(bundleJson: string, announced: string | undefined = type, size?: number): Promise<void> {
  const bundle = contentOf(bundleType, bundleJson);
  for (const content of [emptyContent, bundle]) await pushContent(registry, repository, content);
  const manifest = formatManifest({
    mediaType: mediaTypes.ociManifest,
    artifactType: bundleType,
    config: emptyContent.descriptor,
    layers: [{ ...bundle.descriptor, ...(size === undefined ? {} : { size }) }],
    subject: image,
    ...(announced === undefined ? {} : { annotations: { 'dev.sigstore.bundle.predicateType': announced } }),
  });
  await registry.pushReferrer(repository, manifest);
}

describe('a hostile attestation, signed by whom we trust,', () => {
  const hex = image.digest.slice('sha256:'.length);
  const statement = (change: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: reference, digest: { sha256: hex } }],
      predicateType: type,
      predicate: { reviewed: true },
      ...change,
    });

  it('would count if it were not hostile, also when nothing is announced', async () => {
    await attach(await signStatement(statement({}), signer), undefined);
    expect(await examine([reviewed])).toMatchObject({ proved: [{ predicateType: type }], refused: [] });
  });

  it.each([
    ['is about another image', statement({ subject: [{ digest: { sha256: 'f'.repeat(64) } }] }), 'another digest'],
    [
      'is about two images',
      statement({ subject: [{ digest: { sha256: hex } }, { digest: { sha256: 'f'.repeat(64) } }] }),
      'several subjects',
    ],
    [
      'says two things',
      statement({}).replace('"predicate":', '"predicate":{"reviewed":false},"predicate":'),
      'damaged',
    ],
    ['names __proto__', statement({}).replace('{"reviewed":true}', '{"__proto__":{"reviewed":true}}'), 'damaged'],
    ['is nested deeply', statement({}).replace('true', `${'['.repeat(5000)}${']'.repeat(5000)}`), 'damaged'],
    ['is no statement', '{}', 'damaged'],
    ['is for no repository', statement({ subject: [{ digest: { sha256: hex } }] }), 'no repository'],
  ])('is refused because it %s', async (_, text, failure) => {
    await attach(await signStatement(text, signer));
    expect(await examine()).toMatchObject({ proved: [], refused: [{ failure }] });
  });

  it('is refused when its payload is said to be something else', async () => {
    const bundle = await signStatement(statement({}), signer);
    await attach(bundle.replaceAll('application/vnd.in-toto+json', 'application/json'));
    expect(await examine()).toMatchObject({ proved: [], refused: [{ failure: 'damaged' }] });
  });

  it('is refused when its bundle can be read in two ways', async () => {
    const bundle = await signStatement(statement({}), signer);
    await attach(bundle.replace('{', '{"mediaType":"x",'));
    const reason = expect.stringContaining('twice');
    expect(await examine()).toMatchObject({ proved: [], refused: [{ failure: 'damaged', reason }] });
  });

  it('does not hide the others, when it is no manifest of attestations under their tag', async () => {
    await attest('bundle');
    const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: [] });
    await registry.pushManifest(repository, index, `${image.digest.replace(':', '-')}.att`);
    expect(await examine([reviewed])).toMatchObject({ proved: [{ predicateType: type }], refused: [] });
    expect(await attest('bundle')).toMatchObject([{ isFound: true }]);
  });

  it('is refused, and not read, when it is huge', async () => {
    await attach(await signStatement(statement({}), signer), type, 65 * 1024 * 1024);
    const reason = expect.stringContaining('too many for an attestation');
    expect(await examine()).toMatchObject({ proved: [], refused: [{ failure: 'damaged', reason }] });
  });

  it('does not hide one that is well', async () => {
    await attach('no bundle');
    await attach(await signStatement('{}', signer));
    await attest('bundle');
    expect(await examine([reviewed])).toMatchObject({ proved: [{ reference }], refused: [{}, {}] });
  });

  it('is of the type that was signed, not of the one that is announced', async () => {
    await attach(await signStatement(statement({ predicateType: 'https://example.com/other/v1' }), signer));
    expect(await examine()).toMatchObject(missing);
    await attach(
      await signStatement(statement({ predicateType: 'https://sigstore.dev/cosign/sign/v1' }), signer),
      undefined,
    );
    expect(await Array.fromAsync(findAttestations(options()))).toMatchObject([
      { predicateType: 'https://example.com/other/v1' },
    ]);
  });
});

it('keeps foreign layers under the classic tag', async () => {
  await attest('classic');
  await attest('classic', { by: stranger, predicate: { reviewed: 'by a stranger' } });
  const tag = `${repository}|${image.digest.replace(':', '-')}.att`;
  const content = registry.manifests.get(tag);
  const parsed = parseManifest(content?.bytes ?? Buffer.from(''), mediaTypes.ociManifest);
  expect(parsed.kind === 'manifest' && parsed.manifest.layers).toMatchObject([
    {
      mediaType: 'application/vnd.dsse.envelope.v1+json',
      annotations: { predicateType: type, 'dev.cosignproject.cosign/signature': '' },
    },
    { annotations: { predicateType: type } },
  ]);
});

describe('what Harbor does not give out', () => {
  const withholding = (isWithheld: (reference: string) => boolean): MemoryRegistry => ({
    ...registry,
    fetchManifest: async (place, wanted) => {
      if (isWithheld(wanted)) throw new PilotError('PULL_REFUSED', `${wanted} is not given out`);
      return registry.fetchManifest(place, wanted);
    },
  });

  it('does not hide what it gives out', async () => {
    await attest('bundle');
    const place = { ...options(reference), registry: withholding((wanted) => wanted.endsWith('.att')) };
    expect(await examine([], place)).toMatchObject({
      proved: [{ format: 'bundle' }],
      withheld: { code: 'PULL_REFUSED' },
    });
  });

  it.each(formats)('is the reason when nothing else counts, in the form %s', async (format) => {
    await attest('bundle', { by: stranger });
    const kept = new Set(registry.manifests.keys());
    await attest(format);
    const place = { ...options(reference), registry: withholding((wanted) => !kept.has(`${repository}|${wanted}`)) };
    expect(await examine([], place)).toMatchObject({ proved: [], withheld: { code: 'PULL_REFUSED' } });
  });
});
