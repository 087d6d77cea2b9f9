import type { Digest } from '@harbor-pilot/oci';
import type { ReportedDigest } from '@harbor-pilot/step-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyStep } from '../src/index.ts';
import { bundleType, startVerifyWorld, type VerifyWorld } from './verify-world.ts';

let world: VerifyWorld;
beforeAll(async () => {
  world = await startVerifyWorld();
});
afterAll(() => world.close());

const byKey = { 'public-key': 'trusted.pub' };
const verify = (image: string, inputs: Readonly<Record<string, string>> = byKey) =>
  world.run(verifyStep, { image, ...inputs });

describe('an image that is signed by somebody who is trusted', () => {
  it('is verified with each image of its index, and who, with what and for what is told', async () => {
    const all = await world.push('shop/signed', '1.0', 2);
    await world.sign('shop/signed', all);
    const { error, runtime, log } = await verify('shop/signed:1.0', { 'public-key': 'stranger.pub,trusted.pub' });
    expect(error).toBeUndefined();
    expect(runtime.outputs).toMatchObject({
      digest: all[0].digest,
      verdict: 'verified',
      'verified-with': 'key',
      'refused-count': '0',
      'verify-reports': '.harbor-pilot/verify',
    });
    const report = await world.report();
    expect(report).toMatchObject({ scope: 'image', verdict: 'verified', counts: { signed: 1 } });
    expect(report.images[0]?.digests.map(({ digest, state, platform }) => [digest, state, platform])).toEqual([
      [all[0].digest, 'signed', undefined],
      [all[1]?.digest, 'signed', 'linux/arm/v0'],
      [all[2]?.digest, 'signed', 'linux/arm/v1'],
    ]);
    expect(report.images[0]?.digests[0]?.signatures).toEqual([
      expect.objectContaining({
        format: 'bundle',
        signer: { kind: 'key', keyId: world.trusted.keyId },
        verifiedWith: [],
        signedFor: `${world.host}/shop/signed`,
      }),
    ]);
    expect(log).toMatch(/✓ Verified: .*\/shop\/signed/);
    expect(log).toMatch(/Only the key is checked/);
    expect(runtime.summaries.join('')).toContain('✅ Verified');
  });

  it('is verified in the classic form, with its annotations', async () => {
    const all = await world.push('shop/classic', '1.0');
    await world.sign('shop/classic', all, { format: 'classic', annotations: { stage: 'release' } });
    const { error } = await verify('shop/classic:1.0', { ...byKey, 'require-annotations': 'stage=release' });
    expect(error).toBeUndefined();
  });

  it('counts for another repository only when that is said, also for all of a project', async () => {
    const all = await world.push('shop/promoted', '1.0');
    await world.sign('shop/promoted', all);
    await copy('shop/promoted', 'prod/promoted', all[0].digest);
    expect((await verify('prod/promoted:1.0')).error).toMatchObject({ details: { state: 'replayed' } });
    for (const signedFor of [`${world.host}/shop/promoted`, `${world.host}/shop/*`]) {
      expect((await verify('prod/promoted:1.0', { ...byKey, 'signed-for': signedFor })).error).toBeUndefined();
    }
  });
});

/** Copies an image with its bundles as anybody can who may push. */
async function copy(from: string, to: string, digest: Digest): Promise<void> {
  const { registry } = world;
  const image = await registry.fetchManifest(from, digest);
  await registry.pushImage(to, image.descriptor, registry.source(from), { tags: ['1.0'] });
  for await (const referrer of registry.listReferrers(from, digest)) {
    await registry.pushImage(to, referrer, registry.source(from));
  }
}

describe('an image that is refused', () => {
  const cases: readonly (readonly [string, string, string, () => Promise<unknown>])[] = [
    ['not-signed', 'SIGNATURE_MISSING', 'not signed', () => world.push('shop/not-signed', '1.0')],
    [
      'only-attested',
      'SIGNATURE_MISSING',
      'only attested',
      async () => {
        const [image] = await world.push('shop/only-attested', '1.0');
        await world.attest('shop/only-attested', image, 'https://slsa.dev/provenance/v1', {});
      },
    ],
    [
      'notation',
      'SIGNATURE_MISSING',
      'signed with Notation',
      async () => {
        const [image] = await world.push('shop/notation', '1.0');
        await world.refer('shop/notation', image, 'application/vnd.cncf.notary.signature', '{}');
      },
    ],
    [
      'index-only',
      'SIGNATURE_MISSING',
      'signed only on the index',
      async () => {
        const [index] = await world.push('shop/index-only', '1.0', 2);
        await world.sign('shop/index-only', [index]);
      },
    ],
    [
      'another-signer',
      'SIGNATURE_INVALID',
      'signed by someone else',
      async () => {
        const all = await world.push('shop/another-signer', '1.0');
        await world.sign('shop/another-signer', all, { signer: world.stranger });
      },
    ],
    [
      'tampered',
      'SIGNATURE_INVALID',
      'tampered or damaged',
      async () => {
        const [image] = await world.push('shop/tampered', '1.0');
        const predicate = 'https://sigstore.dev/cosign/sign/v1';
        await world.refer('shop/tampered', image, bundleType, '{"mediaType":1}', predicate);
      },
    ],
    [
      'another-digest',
      'SIGNATURE_INVALID',
      'signature of another image',
      async () => {
        const [image] = await world.push('shop/another-digest', '1.0');
        const other = await world.push('shop/another-digest', '2.0');
        const bundle = await bundleOf('shop/another-digest', await world.sign('shop/another-digest', other));
        await world.refer('shop/another-digest', image, bundleType, bundle, 'https://sigstore.dev/cosign/sign/v1');
      },
    ],
    [
      'replayed',
      'SIGNATURE_INVALID',
      'replayed from another repository',
      async () => {
        const all = await world.push('shop/origin', '1.0');
        await world.sign('shop/origin', all);
        await copy('shop/origin', 'shop/replayed', all[0].digest);
      },
    ],
  ];

  it.each(cases)('%s: %s, %s', async (state, code, words, prepare) => {
    await prepare();
    const { error, runtime, log } = await verify(`shop/${state}:1.0`);
    expect(error).toMatchObject({ code, exitCode: 5, details: { state }, hint: expect.stringMatching(/\w/) });
    expect(error).toMatchObject({ message: expect.stringContaining(words) });
    expect(log).toContain(words);
    expect(runtime.outputs).toMatchObject({ verdict: 'refused', 'refused-count': '1' });
    expect(runtime.summaries.join('')).toContain(words);
    expect((await world.report()).images[0]).toMatchObject({ state });
  });

  it('is one whose signature lacks an annotation that is required', async () => {
    const all = await world.push('shop/annotated', '1.0');
    await world.sign('shop/annotated', all, { annotations: { stage: 'test' } });
    const { error } = await verify('shop/annotated:1.0', { ...byKey, 'require-annotations': 'stage=release' });
    expect(error).toMatchObject({ code: 'SIGNATURE_INVALID', details: { state: 'other-annotations' } });
  });
});

async function bundleOf(repository: string, manifest: Digest): Promise<string> {
  const { bytes } = await world.registry.fetchManifest(repository, manifest);
  const [layer] = JSON.parse(Buffer.from(bytes).toString()).layers;
  return Buffer.from(await world.registry.fetchBlob(repository, layer)).toString();
}

describe('required attestations', () => {
  const type = 'https://slsa.dev/provenance/v1';
  const stateOf = (digests: readonly ReportedDigest[] | undefined) => digests?.map(({ state }) => state);

  it('are missing where there are none, and satisfied by one of the type', async () => {
    const all = await world.push('shop/provenance', '1.0', 2);
    await world.sign('shop/provenance', all);
    const required = { ...byKey, 'require-attestations': 'slsaprovenance1' };
    expect((await verify('shop/provenance:1.0', required)).error).toMatchObject({
      code: 'ATTESTATION_MISSING',
      message: expect.stringContaining(type),
    });
    await world.attest('shop/provenance', all[0], type, { builder: 'ci' });
    expect((await verify('shop/provenance:1.0', required)).error).toBeUndefined();
  });

  it('may be on each image of the index instead, but on all of them', async () => {
    const all = await world.push('shop/platforms', '1.0', 2);
    await world.sign('shop/platforms', all);
    const required = { ...byKey, 'require-attestations': type };
    const [, first, second] = all;
    if (first === undefined || second === undefined) throw new Error('no images');
    await world.attest('shop/platforms', first, type, {});
    expect((await verify('shop/platforms:1.0', required)).error).toMatchObject({ code: 'ATTESTATION_MISSING' });
    expect(stateOf((await world.report()).images[0]?.digests)).toEqual(['signed', 'signed', 'attestation-missing']);
    await world.attest('shop/platforms', second, type, {});
    expect((await verify('shop/platforms:1.0', required)).error).toBeUndefined();
  });
});
