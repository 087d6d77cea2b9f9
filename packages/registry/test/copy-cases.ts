import { Readable } from 'node:stream';
import {
  contentOf,
  type Descriptor,
  type Digest,
  emptyContent,
  formatManifest,
  hexOf,
  mediaTypes,
} from '@harbor-pilot/oci';
import { classicManifest, findAttached, pushWhole, type Registry, readWhole } from '@harbor-pilot/registry';
import { expect, it } from '@jest/globals';
import { randomIndex, referrerOf } from './images.ts';
import type { RunningRegistry } from './peers.ts';

const open = (bytes: Uint8Array) => async () => Readable.from([bytes]);

/** A signature in cosign's classic form: an artifact without a subject, found by its tag. */
async function signClassically(
  registry: Registry,
  repository: string,
  subject: Descriptor,
  by = 'us',
): Promise<string> {
  const text = JSON.stringify({ of: subject.digest, by });
  const payload = contentOf('application/vnd.dev.cosign.simplesigning.v1+json', text);
  for (const { descriptor, bytes } of [payload, emptyContent]) {
    await registry.pushBlob(repository, { descriptor, open: open(bytes) });
  }
  const manifest = formatManifest({
    mediaType: mediaTypes.ociManifest,
    config: emptyContent.descriptor,
    layers: [payload.descriptor],
  });
  const tag = `sha256-${hexOf(subject.digest)}.sig`;
  await registry.pushManifest(repository, manifest, tag);
  return tag;
}

/** What holds for copies within every registry, and to another one. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: it is the body of a suite, like those in *.test.ts files.
export function copyCases(running: () => RunningRegistry, project: string): void {
  let count = 0;
  const fresh = () => `${project}/copy-${process.pid}-${++count}`;

  /** An index with a referrer of the index, one of that referrer, and classic signatures of the index and a child. */
  const decorated = async () => {
    const registry = running().connect();
    const repository = fresh();
    const { root, source } = randomIndex();
    await registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    await registry.pushBlob(repository, { descriptor: emptyContent.descriptor, open: open(emptyContent.bytes) });
    const attestation = referrerOf(root.descriptor, 'application/vnd.test.attestation+json');
    const signature = referrerOf(attestation.descriptor, 'application/vnd.test.signature+json');
    await registry.pushReferrer(repository, attestation);
    await registry.pushReferrer(repository, signature);
    const child = JSON.parse(Buffer.from(root.bytes).toString()).manifests[0] as Descriptor;
    const tags = [
      await signClassically(registry, repository, root.descriptor),
      await signClassically(registry, repository, child),
    ];
    return { registry, repository, image: root.descriptor, tags, digests: [attestation, signature] };
  };

  it('copies an image with all that belongs to it, and mounts what it can', async () => {
    const { registry, repository, image, tags, digests } = await decorated();
    const toRepository = fresh();
    const outcomes: string[] = [];
    const progress = { blobDone: (_: unknown, outcome: string) => outcomes.push(outcome) };
    const announced: Digest[] = [];
    const beforeUpload = async (all: readonly Descriptor[]) => void announced.push(...all.map(({ digest }) => digest));
    const options = { tags: ['promoted'], mountFrom: repository, progress, beforeUpload };
    const whole = await readWhole(registry, repository, image);
    expect(whole.attached).toHaveLength(4);
    await pushWhole(registry, toRepository, whole, options);
    expect(new Set(announced).size).toBe(announced.length);
    // All blobs of the image and the empty one of its referrers are counted before the first is sent.
    expect(announced).toEqual(expect.arrayContaining([emptyContent.descriptor.digest]));
    expect(announced.length).toBeGreaterThan(5);
    expect(await registry.resolve(toRepository, 'promoted')).toEqual(image);
    for (const tag of tags) {
      expect(await registry.resolve(toRepository, tag)).toEqual(await registry.resolve(repository, tag));
    }
    for (const { descriptor } of digests) {
      expect(await registry.find(toRepository, descriptor.digest)).toEqual(descriptor);
    }
    expect(outcomes).not.toContain('pushed');
    const found = await findAttached(registry, toRepository, [image.digest]);
    expect(found.map(({ descriptor }) => descriptor.digest)).toEqual(
      expect.arrayContaining(digests.map(({ descriptor }) => descriptor.digest)),
    );
    // Once more changes nothing.
    await pushWhole(registry, toRepository, whole, options);
  });

  it('leaves the signatures that are there already, and adds those that are copied', async () => {
    const { registry, repository, image, tags } = await decorated();
    const toRepository = fresh();
    const [tag = ''] = tags;
    await signClassically(registry, toRepository, image, 'them');
    const whole = await readWhole(registry, repository, image);
    await pushWhole(registry, toRepository, whole, { tags: ['promoted'] });
    const copied = await registry.fetchManifest(toRepository, tag);
    const own = classicManifest(await registry.fetchManifest(repository, tag));
    expect(classicManifest(copied).layers).toEqual([expect.anything(), ...own.layers]);
    await pushWhole(registry, toRepository, whole, { tags: ['promoted'] });
    expect(await registry.resolve(toRepository, tag)).toEqual(copied.descriptor);
  });

  it('knows what a repository lacks, and deletes by digest', async () => {
    const registry = running().connect();
    const [repository, other] = [fresh(), fresh()];
    const { root, source, layers } = randomIndex();
    const blobs = layers.map(({ descriptor }) => descriptor);
    expect(await registry.missingBlobs(repository, blobs)).toEqual(blobs);
    const announced: string[] = [];
    const beforeUpload = async (all: readonly Descriptor[]) => void announced.push(...all.map(({ digest }) => digest));
    const options = { tags: ['v1'], beforeUpload };
    await registry.pushImage(repository, root.descriptor, source, options);
    await registry.pushImage(repository, root.descriptor, source, options);
    expect(announced).toHaveLength(4);
    expect(announced).toEqual(expect.arrayContaining(blobs.map(({ digest }) => digest)));
    expect(await registry.missingBlobs(repository, blobs)).toEqual([]);
    await registry.pushImage(other, root.descriptor, source, { tags: ['v1'] });
    await registry.deleteManifest(other, root.descriptor.digest);
    expect(await registry.find(other, 'v1')).toBeUndefined();
    await registry.deleteManifest(other, root.descriptor.digest);
    expect(await registry.find(repository, 'v1')).toEqual(root.descriptor);
  });
}
