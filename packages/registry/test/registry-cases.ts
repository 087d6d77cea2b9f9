import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { contentOf, digestOf, emptyContent, mediaTypes } from '@harbor-pilot/oci';
import { expect, it } from '@jest/globals';
import { memorySource, randomImage, randomIndex, referrerOf } from './images.ts';
import type { RunningRegistry } from './peers.ts';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(items);
}

/** What holds for every registry. The project exists; repositories are made as they are needed. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: it is the body of a suite, like those in *.test.ts files.
export function registryCases(running: () => RunningRegistry, project: string): void {
  let count = 0;
  const fresh = () => {
    count += 1;
    return `${project}/app-${process.pid}-${count}`;
  };

  it('takes the credentials, and names wrong ones', async () => {
    await running().connect().ping();
    const wrong = running().connect({ username: 'robotacme+ci', password: 'wr0ng-pass' });
    await expect(wrong.ping()).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      hint: expect.stringContaining('single quotes'),
      message: expect.not.stringContaining('wr0ng-pass'),
    });
  });

  it('pushes an image and reads it back', async () => {
    const registry = running().connect();
    const repository = fresh();
    const { root, layers, source } = randomImage();
    const done: string[] = [];
    const progress = {
      blobDone: (_: unknown, outcome: string) => done.push(outcome),
      manifestDone: (_: unknown, tag?: string) => done.push(tag ?? 'untagged'),
    };
    await registry.pushImage(repository, root.descriptor, source, { tags: ['v1', 'latest'], progress });
    expect(done).toEqual(['pushed', 'pushed', 'pushed', 'v1', 'latest']);
    expect(await registry.resolve(repository, 'v1')).toEqual(root.descriptor);
    expect(await registry.fetchManifest(repository, root.descriptor.digest)).toMatchObject({
      descriptor: root.descriptor,
    });
    expect((await all(registry.listTags(repository))).sort()).toEqual(['latest', 'v1']);
    const layer = layers[0]?.descriptor ?? emptyContent.descriptor;
    expect(await registry.hasBlob(repository, layer.digest)).toBe(true);
    expect(digestOf(await buffer(await registry.openBlob(repository, layer)))).toBe(layer.digest);
  });

  it('sends nothing twice', async () => {
    const registry = running().connect();
    const repository = fresh();
    const { root, source } = randomImage();
    await registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    source.opened.length = 0;
    await registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    expect(source.opened).toEqual([]);
  });

  it('pushes an index with its images, and copies it through a source', async () => {
    const registry = running().connect();
    const [from, to] = [fresh(), fresh()];
    const { root, source } = randomIndex();
    await registry.pushImage(from, root.descriptor, source, { tags: ['multi'] });
    const outcomes: string[] = [];
    const progress = { blobDone: (_: unknown, outcome: string) => outcomes.push(outcome) };
    const options = { tags: ['promoted'], mountFrom: from, progress };
    await registry.pushImage(to, root.descriptor, registry.source(from), options);
    expect(await registry.resolve(to, 'promoted')).toEqual(root.descriptor);
    expect(outcomes).toEqual(['mounted', 'mounted', 'mounted', 'mounted']);
  });

  it('says that there is no such tag, or gives undefined', async () => {
    const registry = running().connect();
    const repository = fresh();
    const { root, source } = randomImage(1, 10);
    await registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    await expect(registry.resolve(repository, 'v2')).rejects.toMatchObject({ code: 'REFERENCE_NOT_FOUND' });
    await expect(registry.fetchManifest(repository, 'v2')).rejects.toMatchObject({ code: 'REFERENCE_NOT_FOUND' });
    expect(await registry.find(repository, digestOf('nothing'))).toBeUndefined();
    expect(await registry.hasBlob(repository, digestOf('nothing'))).toBe(false);
  });

  it('mounts a blob, or uploads it when the source has none', async () => {
    const registry = running().connect();
    const [from, to] = [fresh(), fresh()];
    const { root, layers, source } = randomImage(1);
    await registry.pushImage(from, root.descriptor, source, { tags: ['v1'] });
    const layer = layers[0] ?? emptyContent;
    const blob = { descriptor: layer.descriptor, open: async () => Readable.from([layer.bytes]) };
    expect(await registry.pushBlob(to, blob, { mountFrom: from })).toBe('mounted');
    const other = contentOf('application/octet-stream', `new content ${fresh()}`);
    const newBlob = { descriptor: other.descriptor, open: async () => Readable.from([other.bytes]) };
    expect(await registry.pushBlob(to, newBlob, { mountFrom: from })).toBe('pushed');
  });

  it('refuses a blob that is not what its digest says, and keeps nothing of it', async () => {
    const registry = running().connect();
    const repository = fresh();
    const { descriptor } = contentOf('application/octet-stream', `original ${repository}`);
    const forged = { descriptor, open: async () => Readable.from([Buffer.alloc(descriptor.size, 'x')]) };
    await expect(registry.pushBlob(repository, forged)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await registry.hasBlob(repository, descriptor.digest)).toBe(false);
  });

  it('stops when it is aborted', async () => {
    const registry = running().connect();
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const { root, source } = randomImage(3, 500_000);
    const progress = { blobBytes: () => controller.abort(reason) };
    const pushed = registry.pushImage(fresh(), root.descriptor, source, { progress, signal: controller.signal });
    await expect(pushed).rejects.toBe(reason);
  });

  it('pushes referrers and lists them, filtered by type', async () => {
    const registry = running().connect();
    const repository = fresh();
    const { root, source } = randomImage(1, 10);
    await registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    const { digest } = root.descriptor;
    expect(await all(registry.listReferrers(repository, digest))).toEqual([]);
    await registry.pushBlob(repository, { descriptor: emptyContent.descriptor, open: memoryOpen });
    const first = referrerOf(root.descriptor, 'application/vnd.test.one+json');
    const second = referrerOf(root.descriptor, 'application/vnd.test.two+json');
    await registry.pushReferrer(repository, first);
    await registry.pushReferrer(repository, second);
    expect(await registry.pushReferrer(repository, first)).toMatchObject({ isTagSet: false });
    const listed = await all(registry.listReferrers(repository, digest));
    expect(listed.map((entry) => entry.digest).sort()).toEqual(
      [first.descriptor.digest, second.descriptor.digest].sort(),
    );
    const filtered = await all(registry.listReferrers(repository, digest, 'application/vnd.test.two+json'));
    expect(filtered).toMatchObject([{ digest: second.descriptor.digest, annotations: { note: 'a' } }]);
  });

  it('accepts Docker manifests as well', async () => {
    const registry = running().connect();
    const repository = fresh();
    const { source } = randomImage(1, 10);
    const [manifest, config, layer] = [...source.contents.values()];
    const docker = contentOf(
      mediaTypes.dockerManifest,
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.dockerManifest,
        config: { ...config?.descriptor, mediaType: 'application/vnd.docker.container.image.v1+json' },
        layers: [{ ...layer?.descriptor, mediaType: mediaTypes.dockerLayerGzip }],
      }),
    );
    const both = memorySource(docker, ...[manifest, config, layer].filter((content) => content !== undefined));
    await registry.pushImage(repository, docker.descriptor, both, { tags: ['docker'] });
    expect(await registry.resolve(repository, 'docker')).toEqual(docker.descriptor);
  });
}

async function memoryOpen(): Promise<Readable> {
  return Readable.from([emptyContent.bytes]);
}
