import { type Clock, systemClock } from '@harbor-pilot/core';
import { type Descriptor, formatIndex, mediaTypes } from '@harbor-pilot/oci';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Signer, signDigests } from '../src/index.ts';
import { byKey } from './by-key.ts';
import { imageManifest } from './image-manifest.ts';
import { type MemoryRegistry, memoryRegistry } from './memory-registry.ts';
import { newSigner } from './new-signer.ts';
import { countVerified } from './verified.ts';

const repository = 'shop/app';
const [amd64, arm64] = [imageManifest('amd64'), imageManifest('arm64')];
const children = [amd64.descriptor, arm64.descriptor];
const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: children });

/** Waits for nobody. */
const quickClock: Clock = { ...systemClock, sleep: async () => undefined };
let signer: Signer;
let stranger: Signer;
let registry: MemoryRegistry;
beforeAll(async () => {
  [signer, stranger] = await Promise.all([newSigner(), newSigner()]);
});
beforeEach(async () => {
  registry = memoryRegistry();
  await registry.pushManifest(repository, index);
});

const sign = (digests: readonly Descriptor[], by = signer) =>
  signDigests({ registry, repository, digests, signer: by, format: 'classic', clock: quickClock });
const verify = (digest = index.descriptor.digest) => countVerified({ registry, repository, digest, ...byKey(signer) });

const counts = (own: number, first: number, second: number) => ({
  [index.descriptor.digest]: own,
  [amd64.descriptor.digest]: first,
  [arm64.descriptor.digest]: second,
});

describe('an index', () => {
  it('is examined with all its children', async () => {
    await sign([...children, index.descriptor]);
    await expect(verify()).resolves.toEqual(counts(1, 1, 1));
  });

  it('tells the child that is not signed', async () => {
    await sign([amd64.descriptor, index.descriptor]);
    await expect(verify()).resolves.toEqual(counts(1, 1, 0));
  });

  it('tells the child that is signed by another key', async () => {
    await sign([amd64.descriptor, index.descriptor]);
    await sign([arm64.descriptor], stranger);
    await expect(verify()).resolves.toEqual(counts(1, 1, 0));
  });
});

it('a single image has just its own digest', async () => {
  await registry.pushManifest(repository, amd64);
  await sign([amd64.descriptor]);
  await expect(verify(amd64.descriptor.digest)).resolves.toEqual({ [amd64.descriptor.digest]: 1 });
});
