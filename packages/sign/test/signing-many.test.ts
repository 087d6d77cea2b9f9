import { type Clock, PilotError, systemClock } from '@harbor-pilot/core';
import { type Descriptor, formatIndex, mediaTypes } from '@harbor-pilot/oci';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Signer, type SigningFormat, signDigests } from '../src/index.ts';
import { byKey } from './by-key.ts';
import { imageManifest } from './image-manifest.ts';
import { meetingOfTwo } from './meeting-of-two.ts';
import { type MemoryRegistry, memoryRegistry } from './memory-registry.ts';
import { newSigner } from './new-signer.ts';
import { countVerified, verified } from './verified.ts';

const repository = 'shop/app';
const children = Array.from({ length: 12 }, (_, index) => imageManifest(`platform ${index}`).descriptor);
const index = formatIndex({ mediaType: mediaTypes.ociIndex, manifests: children });
const digests = [...children, index.descriptor];
/** Lets everybody else go on, and waits no longer. */
const clock: Clock = { ...systemClock, sleep: (_, signal) => systemClock.sleep(1, signal) };

let signer: Signer;
let other: Signer;
let registry: MemoryRegistry;
beforeAll(async () => {
  [signer, other] = await Promise.all([newSigner(), newSigner()]);
});
beforeEach(async () => {
  registry = memoryRegistry();
  await registry.pushManifest(repository, index);
});

const sign = (format: SigningFormat, by = signer, subjects: readonly Descriptor[] = digests, on = registry) =>
  signDigests({ registry: on, repository, digests: subjects, signer: by, format, clock });
const verify = (by = signer) => countVerified({ registry, repository, digest: index.descriptor.digest, ...byKey(by) });

/** So many signatures of each digest. */
const ofEach = (count: number) => Object.fromEntries(digests.map(({ digest }) => [digest, count]));

describe('signing an index', () => {
  it('in both forms tells each signature in the order of the digests', async () => {
    const signed = await sign('both');
    expect(signed.map(({ digest, format }) => [digest, format])).toEqual(
      digests.flatMap(({ digest }) => [
        [digest, 'classic'],
        [digest, 'bundle'],
      ]),
    );
    await expect(verify()).resolves.toEqual(ofEach(2));
    const pushes = registry.pushes();
    await expect(sign('both')).resolves.toEqual(signed);
    expect(registry.pushes()).toBe(pushes);
  });

  it.each(['bundle', 'classic'] as const)('in the form %s completes what an earlier run left', async (format) => {
    const before = registry.pushes();
    const first = await sign(format, signer, digests.slice(0, 5));
    const pushes = registry.pushes() - before;
    const all = await sign(format);
    expect(all.slice(0, 5)).toEqual(first);
    expect(registry.pushes() - before).toBe((pushes / 5) * digests.length);
  });

  it('signs at most eight at a time, and the index after all its children', async () => {
    const signed: string[] = [];
    let now = 0;
    let most = 0;
    registry.pushReferrer = async (name, content) => {
      now += 1;
      most = Math.max(most, now);
      await systemClock.sleep(1);
      now -= 1;
      const { subject } = JSON.parse(Buffer.from(content.bytes).toString()) as { subject: Descriptor };
      signed.push(subject.digest);
      return { ...(await registry.pushManifest(name, content)), isTagSet: false };
    };
    await sign('bundle');
    expect(most).toBe(8);
    expect(signed.at(-1)).toBe(index.descriptor.digest);
    expect(new Set(signed).size).toBe(digests.length);
  });

  it('pushes nothing when the signer fails at the last of them', async () => {
    let count = 0;
    const failing: Signer = {
      ...signer,
      sign: async (bytes) => {
        count += 1;
        if (count === digests.length) throw new PilotError('SIGSTORE_UNAVAILABLE', 'the log is down');
        return signer.sign(bytes);
      },
    };
    const pushes = registry.pushes();
    await expect(sign('bundle', failing)).rejects.toMatchObject({ code: 'SIGSTORE_UNAVAILABLE' });
    expect(registry.pushes()).toBe(pushes);
  });

  it('leaves the index unsigned when a child cannot be signed, and comes to rest before it fails', async () => {
    const { pushReferrer } = registry;
    let pushed = 0;
    registry.pushReferrer = async (name, content) => {
      pushed += 1;
      if (pushed === 3) throw new PilotError('QUOTA_EXCEEDED', 'full');
      await systemClock.sleep(1);
      return pushReferrer(name, content);
    };
    await expect(sign('bundle')).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    const pushes = registry.pushes();
    await systemClock.sleep(20);
    expect(registry.pushes()).toBe(pushes);
    await expect(verify()).resolves.toMatchObject({ [index.descriptor.digest]: 0 });
  });
});

describe('two signers of one image', () => {
  /** Somebody's own view of the registry, in which he waits before he sets a tag for the first time. */
  const waiting = (before: (tag: string) => Promise<void>): MemoryRegistry => {
    const seen = new Set<string>();
    return {
      ...registry,
      pushManifest: async (name, content, tag) => {
        if (tag !== undefined && !seen.has(tag)) await before(tag);
        seen.add(tag ?? '');
        return registry.pushManifest(name, content, tag);
      },
    };
  };

  it('that set each classic tag at the same time both stay', async () => {
    const meetings = new Map<string, () => Promise<boolean>>();
    const meet = async (tag: string): Promise<void> => {
      const meeting = meetings.get(tag) ?? meetingOfTwo();
      meetings.set(tag, meeting);
      // Both have read the tag by now; each sets it as if it were alone.
      await meeting();
    };
    await Promise.all([signer, other].map((by) => sign('classic', by, digests, waiting(meet))));
    expect(meetings.size).toBe(digests.length);
    for (const by of [signer, other]) await expect(verify(by)).resolves.toEqual(ofEach(1));
  });

  it('look again at the tag that stands in for a list of referrers, until it is left alone', async () => {
    const { pushReferrer } = registry;
    const looks = new Map<string, number>();
    registry.pushReferrer = async (name, content) => {
      const look = (looks.get(content.descriptor.digest) ?? 0) + 1;
      looks.set(content.descriptor.digest, look);
      return { ...(await pushReferrer(name, content)), isTagSet: look < 3 };
    };
    const [signed] = await sign('bundle', signer, [index.descriptor]);
    expect([...looks]).toEqual([[signed?.signatureDigest, 3]]);
  });

  it('both stay when the second sets the tag after the first has seen its own there', async () => {
    const [looked, hasLooked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = waiting(() => looked.promise);
    const second = sign('classic', other, [index.descriptor], slow).then(() => hasLooked.resolve());
    const patient: Clock = {
      ...systemClock,
      sleep: async () => {
        looked.resolve();
        await hasLooked.promise;
      },
    };
    await signDigests({ registry, repository, digests, signer, format: 'classic', clock: patient });
    await second;
    const { digest } = index.descriptor;
    for (const by of [signer, other]) {
      await expect(verified({ registry, repository, digest, ...byKey(by) })).resolves.toHaveLength(1);
    }
  });
});
