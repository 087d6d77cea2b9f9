import { contentOf, type Descriptor, formatIndex, mediaTypes } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { chooseFormat, digestsToSign } from '../src/index.ts';
import { memoryRegistry } from './memory-registry.ts';

describe('the format of signatures', () => {
  it.each([
    ['v2.12.0-abcdef', 'classic'],
    ['v2.14.4', 'classic'],
    ['v2.15.0-080b0220', 'bundle'],
    ['2.16.0', 'bundle'],
    ['v3.0.0', 'bundle'],
    ['v1.10.9', 'classic'],
    ['', 'both'],
    ['dev', 'both'],
    [undefined, 'bundle'],
  ])('of Harbor %s is %s', (version, format) => {
    expect(chooseFormat(version)).toBe(format);
  });
});

describe('digests to sign', () => {
  const image = (name: string): Descriptor => contentOf(mediaTypes.ociManifest, name).descriptor;
  const index = (manifests: readonly Descriptor[]) => formatIndex({ mediaType: mediaTypes.ociIndex, manifests });

  it('are just the image when it is one', async () => {
    await expect(digestsToSign(memoryRegistry().source('p/app'), image('a'))).resolves.toEqual([image('a')]);
  });

  it('are all children of an index at any depth, each once, and the index last', async () => {
    const registry = memoryRegistry();
    const inner = index([image('a'), image('b')]);
    const outer = index([image('a'), inner.descriptor, image('c')]);
    for (const content of [inner, outer]) await registry.pushManifest('p/app', content);
    const digests = await digestsToSign(registry.source('p/app'), outer.descriptor);
    expect(digests.map(({ digest }) => digest)).toEqual(
      [image('a'), image('b'), inner.descriptor, image('c'), outer.descriptor].map(({ digest }) => digest),
    );
  });

  it('are found at once in an index that names the same again and again, and refused where there is no end to it', async () => {
    const registry = memoryRegistry();
    const source = registry.source('p/app');
    let last = image('a');
    for (let depth = 1; depth <= 9; depth += 1) {
      const nested = index(Array.from({ length: 50 }, () => last));
      await registry.pushManifest('p/app', nested);
      last = nested.descriptor;
      if (depth <= 8) expect(await digestsToSign(source, last)).toHaveLength(depth + 1);
    }
    const many = index(Array.from({ length: 2001 }, (_, number) => image(`${number}`)));
    await registry.pushManifest('p/app', many);
    const hostile = { code: 'CONTENT_HOSTILE' };
    for (const endless of [last, many.descriptor]) {
      await expect(digestsToSign(source, endless)).rejects.toMatchObject(hostile);
    }
  });
});
