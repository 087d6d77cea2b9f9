import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@harbor-pilot/core';
import { formatIndex, mediaTypes } from '@harbor-pilot/oci';
import { assertAcceptedByHarbor, digestsToSign, type SignatureFormat } from '@harbor-pilot/sign';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { copySigned, type Meeting, meet, pushImage, type StartTarget } from './cosign-meeting.ts';

// cosign opens its key in half a second on a free machine, and much later on a busy one.
jest.setTimeout(60_000);

const forms = [
  { format: 'bundle', flags: [] },
  { format: 'classic', flags: ['--new-bundle-format=false'] },
] as const;

/** What must hold between cosign and us at any registry. */
export function itMeetsCosign(program: string, start: StartTarget): void {
  let meeting: Meeting;
  beforeAll(async () => {
    meeting = await meet(program, start);
  });
  afterAll(async () => meeting?.close());

  describe.each(forms)('in the form $format', ({ format, flags }) => {
    itIsVerifiedByCosign(() => meeting, format);
    itSignsBesideCosign(() => meeting, format, flags);
  });
  describe('what is signed', () => itSignsMeaning(() => meeting));
}

function itIsVerifiedByCosign(meeting: () => Meeting, format: SignatureFormat): void {
  it('signs an index and its children so that cosign verifies each', async () => {
    const { registry, harbor, sign, cosignVerify, reference } = meeting();
    const repository = `interop/index-${format}`;
    const manifests = [await pushImage(registry, repository, 'one'), await pushImage(registry, repository, 'two')];
    const root = await registry.pushManifest(repository, formatIndex({ mediaType: mediaTypes.ociIndex, manifests }));
    const digests = await digestsToSign(registry.source(repository), root);
    expect(digests).toHaveLength(3);
    const signed = await sign(repository, digests, format);
    expect(await sign(repository, digests, format)).toEqual(signed);
    for (const descriptor of digests) {
      expect(await cosignVerify('ours.pub', reference(repository, descriptor))).toMatchObject({ exitCode: 0 });
    }
    expect((await cosignVerify('stranger.pub', reference(repository, root))).exitCode).not.toBe(0);
    if (harbor === undefined) return;
    const place = { harbor, project: 'interop', repository: `index-${format}` };
    const refused = await assertAcceptedByHarbor({
      ...place,
      puller: registry,
      signed,
      clock: systemClock,
      timeoutSeconds: 10,
    });
    expect(refused).toEqual([]);
  });

  it('refuses a signature that was copied to another repository, which cosign takes', async () => {
    const { registry, sign, verify, cosignVerify, reference } = meeting();
    const [from, to] = [`interop/from-${format}`, `interop/to-${format}`];
    const image = await pushImage(registry, from, 'replayed');
    await sign(from, [image], format);
    await copySigned(registry, from, to, image);
    expect(await cosignVerify('ours.pub', reference(to, image))).toMatchObject({ exitCode: 0 });
    await expect(verify(from, image, `${registry.host}/${from}`)).resolves.toHaveLength(1);
    await expect(verify(to, image, `${registry.host}/${to}`)).rejects.toThrow('another repository');
  });
}

function itSignsBesideCosign(meeting: () => Meeting, format: SignatureFormat, flags: readonly string[]): void {
  it('adds its signature to that of cosign, and all stay valid for both', async () => {
    const { registry, sign, verify, cosignMake, cosignVerify, reference } = meeting();
    const repository = `interop/both-${format}`;
    const image = await pushImage(registry, repository, 'both');
    await cosignMake('sign', ...flags, '-a', 'by=cosign', reference(repository, image));
    await sign(repository, [image], format);
    await cosignMake('sign', ...flags, '-a', 'by=cosign-again', reference(repository, image));
    await expect(verify(repository, image)).resolves.toHaveLength(3);
    const verified = await cosignVerify('ours.pub', '--output=json', reference(repository, image));
    expect(verified.exitCode).toBe(0);
    expect(verified.output.match(/"critical"/g)).toHaveLength(3);
  });
}

function itSignsMeaning(meeting: () => Meeting): void {
  it('lets cosign ask for the repository that a bundle was signed for', async () => {
    const { registry, sign, cosignVerify, reference } = meeting();
    const repository = 'interop/asked';
    const image = await pushImage(registry, repository, 'asked');
    await sign(repository, [image], 'bundle');
    const ask = async (name: string) =>
      cosignVerify('ours.pub', '-a', `docker-reference=${registry.host}/${name}`, reference(repository, image));
    expect(await ask(repository)).toMatchObject({ exitCode: 0 });
    expect((await ask('interop/other')).exitCode).not.toBe(0);
  });

  it('is not taken from an attestation of cosign', async () => {
    const { registry, directory, verify, cosignMake, reference } = meeting();
    const repository = 'interop/attested';
    const image = await pushImage(registry, repository, 'attested');
    await writeFile(join(directory, 'predicate.json'), '{"builder":{"id":"test"}}');
    const predicate = ['--predicate', 'predicate.json', '--type', 'https://example.com/test/v1'];
    expect(await cosignMake('attest', ...predicate, reference(repository, image))).toMatchObject({ exitCode: 0 });
    await expect(verify(repository, image)).rejects.toThrow('unsigned');
  });
}
