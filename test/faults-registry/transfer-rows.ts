import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { digestOf, openLayout } from '@harbor-pilot/oci';
import type { Fault } from '@harbor-pilot/testkit';
import { expect, it } from '@jest/globals';
import { randomImage } from '../../packages/registry/test/images.ts';
import { expectStored, randomBlob } from './content.ts';
import type { FaultStage } from './stage.ts';

const sizeBytes = 300_000;
const largeBytes = 1_500_000;
const put = { method: 'PUT', path: /\/blobs\/uploads\// };
const getBlob = { method: 'GET', path: /\/blobs\/sha256/ };
// Long enough for a loaded machine, short enough for a test.
const impatient = { idleSeconds: 1, storeSeconds: 1, totalSeconds: 3, attempts: 2 };
const timeoutMilliseconds = 30_000;

/** Row 4: connections that break. */
export function connectionRows(stage: () => FaultStage): void {
  it.each([0, 1, 65_535, 65_536, 150_000, sizeBytes - 1, sizeBytes])(
    'row 4: an upload whose connection is reset after %i bytes arrives whole',
    async (afterBytes) => {
      const { registry } = stage().connect();
      const [repository, blob] = [stage().repository(), randomBlob(sizeBytes)];
      stage().proxy.inject({ ...put, fault: { kind: 'reset', side: 'request', afterBytes } });
      expect(await registry.pushBlob(repository, blob.source)).toBe('pushed');
      await expectStored(stage().direct, repository, blob);
      const sent = stage().proxy.requests.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      expect(sent).toBeLessThanOrEqual(2 * sizeBytes);
    },
  );

  it.each([0, 1, 700_000, largeBytes - 1, largeBytes])(
    'row 4: a large upload whose connection is reset after %i bytes arrives whole',
    async (afterBytes) => {
      const { registry } = stage().connect();
      const [repository, blob] = [stage().repository(), randomBlob(largeBytes)];
      stage().proxy.inject({ path: /\/blobs\/uploads\/[^?]/, fault: { kind: 'reset', side: 'request', afterBytes } });
      expect(await registry.pushBlob(repository, blob.source)).toBe('pushed');
      await expectStored(stage().direct, repository, blob);
      const sent = stage().proxy.requests.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      expect(sent).toBeLessThanOrEqual(2 * largeBytes);
    },
  );

  it('row 4: an upload whose answer is lost is not sent again', async () => {
    const { registry } = stage().connect();
    const [repository, blob] = [stage().repository(), randomBlob(sizeBytes)];
    stage().proxy.inject({ ...put, fault: { kind: 'lose-answer' } });
    expect(await registry.pushBlob(repository, blob.source)).toBe('pushed');
    expect(stage().proxy.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
    await expectStored(stage().direct, repository, blob);
  });
}

/** Row 6: servers that fall silent. */
export function silenceRows(stage: () => FaultStage): void {
  it(
    'row 6: a server that does not take the body is left',
    async () => {
      const { registry } = stage().connect({ policy: impatient });
      stage().proxy.inject({ ...put, times: 100, fault: { kind: 'stall', side: 'request', afterBytes: 1000 } });
      const pushed = registry.pushBlob(stage().repository(), randomBlob(sizeBytes).source);
      await expect(pushed).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', exitCode: 4 });
    },
    timeoutMilliseconds,
  );

  it(
    'row 6: a server that never answers is not waited for when it has done its work',
    async () => {
      const { registry } = stage().connect({ policy: impatient });
      const [repository, blob] = [stage().repository(), randomBlob(sizeBytes)];
      stage().proxy.inject({ ...put, times: 100, fault: { kind: 'lose-answer', isSilent: true } });
      expect(await registry.pushBlob(repository, blob.source)).toBe('pushed');
      await expectStored(stage().direct, repository, blob);
    },
    timeoutMilliseconds,
  );

  it(
    'row 6: a download that stalls once goes on, and one that always stalls is left',
    async () => {
      const { registry } = stage().connect({ policy: { ...impatient, totalSeconds: 20, attempts: 3 } });
      const [repository, blob] = [stage().repository(), randomBlob(sizeBytes)];
      await stage().direct.pushBlob(repository, blob.source);
      const stall = { kind: 'stall', side: 'answer', afterBytes: 50_000 } as const;
      stage().proxy.inject({ ...getBlob, fault: stall });
      await expectStored(registry, repository, blob);
      stage().proxy.inject({ ...getBlob, times: 100, fault: stall });
      await expect(expectStored(registry, repository, blob)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    },
    timeoutMilliseconds,
  );

  it(
    'row 6: an answer that trickles for ever is left',
    async () => {
      const { registry } = stage().connect({ policy: impatient });
      const [repository, image] = [stage().repository(), randomImage(1, 10)];
      await stage().direct.pushImage(repository, image.root.descriptor, image.source, { tags: ['v1'] });
      stage().proxy.inject({ path: /manifests/, times: 100, fault: { kind: 'trickle', bytesPerSecond: 10 } });
      await expect(registry.fetchManifest(repository, 'v1')).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    },
    timeoutMilliseconds,
  );
}

/** Rows 5, 7 and 8: content that is not what it should be. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: it is the body of a suite, like those in *.test.ts files.
export function contentRows(stage: () => FaultStage): void {
  const stored = async () => {
    const [repository, blob] = [stage().repository(), randomBlob(sizeBytes)];
    await stage().direct.pushBlob(repository, blob.source);
    return { repository, blob };
  };
  const pull = async (fault: Fault, times: number) => {
    const { repository, blob } = await stored();
    stage().proxy.inject({ ...getBlob, times, fault });
    return buffer(await stage().connect().registry.openBlob(repository, blob.descriptor)).then(
      (bytes) => (digestOf(bytes) === blob.descriptor.digest ? 'whole' : 'damaged'),
      (error: { code?: string }) => error.code,
    );
  };

  it.each(['0-99', '0-1500000', '5-10', 'nonsense'])(
    'row 5: a registry that claims to have the bytes %s does not get damaged content',
    async (range) => {
      const [repository, blob] = [stage().repository(), randomBlob(largeBytes)];
      stage().proxy.inject({ method: 'PATCH', times: 100, fault: { kind: 'rewrite', headers: { range } } });
      const outcome = await stage()
        .connect()
        .registry.pushBlob(repository, blob.source)
        .catch((error: { code?: string }) => error.code);
      const hasChunks = stage().proxy.requests.some(({ method }) => method === 'PATCH');
      // In one piece there is no part that could be out of order.
      expect(outcome).toBe(hasChunks ? 'ANSWER_UNEXPECTED' : 'pushed');
      expect(await stage().direct.hasBlob(repository, blob.descriptor.digest)).toBe(!hasChunks);
      stage().proxy.reset();
      stage().proxy.inject({ method: 'PATCH', fault: { kind: 'rewrite', headers: { range } } });
      expect(await stage().connect().registry.pushBlob(repository, blob.source)).not.toBe('mounted');
      await expectStored(stage().direct, repository, blob);
    },
  );

  it.each([0, 1, 100_000, sizeBytes - 1])(
    'row 7: a download that ends after %i bytes goes on from there',
    async (afterBytes) => {
      expect(await pull({ kind: 'truncate', afterBytes }, 1)).toBe('whole');
      const ranges = stage().proxy.requests.map(({ headers }) => headers.range);
      expect(ranges.at(-1)).toBe(afterBytes === 0 ? undefined : `bytes=${afterBytes}-`);
      expect(await pull({ kind: 'reset', side: 'answer', afterBytes }, 1)).toBe('whole');
    },
  );

  it('row 7: a download that always ends early fails, and leaves no file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'row-7-'));
    const layout = await openLayout(folder);
    const { repository, blob } = await stored();
    stage().proxy.inject({ ...getBlob, times: 100, fault: { kind: 'truncate', afterBytes: 1000 } });
    const content = await stage().connect().registry.openBlob(repository, blob.descriptor);
    await expect(layout.writeStream(blob.descriptor, content)).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
    expect(await readdir(join(folder, 'blobs/sha256'))).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('row 7: a wrong Content-Length is noticed, or does no harm', async () => {
    const length = (bytes: number): Fault => ({ kind: 'rewrite', headers: { 'content-length': String(bytes) } });
    expect(await pull(length(sizeBytes - 1), 1)).toBe('DIGEST_MISMATCH');
    expect(await pull(length(sizeBytes + 1), 100)).toBe('whole');
  });

  it('row 7: a blob of another size than its descriptor says is refused', async () => {
    const { repository, blob } = await stored();
    const { registry } = stage().connect();
    for (const size of [sizeBytes - 1, sizeBytes + 1]) {
      const read = registry.openBlob(repository, { ...blob.descriptor, size }).then(buffer);
      await expect(read).rejects.toMatchObject({ code: 'DIGEST_MISMATCH', exitCode: 9 });
    }
  });

  it.each([0, 150_000, sizeBytes - 1])('row 8: a blob with byte %i changed is refused', async (afterBytes) => {
    expect(await pull({ kind: 'corrupt', side: 'answer', afterBytes }, 1)).toBe('DIGEST_MISMATCH');
  });

  it.each([0, 150_000])('row 8: an upload with byte %i changed on its way is refused', async (afterBytes) => {
    const [repository, blob] = [stage().repository(), randomBlob(sizeBytes)];
    stage().proxy.inject({ ...put, fault: { kind: 'corrupt', side: 'request', afterBytes } });
    const { registry } = stage().connect();
    await expect(registry.pushBlob(repository, blob.source)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await stage().direct.hasBlob(repository, blob.descriptor.digest)).toBe(false);
  });

  it('row 8: a manifest is what its digest says, whatever a header says', async () => {
    const [repository, { root, source }] = [stage().repository(), randomImage(1, 10)];
    const { digest } = root.descriptor;
    await stage().direct.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    const lie: Fault = { kind: 'rewrite', headers: { 'docker-content-digest': digestOf('lie') } };
    const { registry } = stage().connect();
    stage().proxy.inject({ method: 'HEAD', path: /manifests/, fault: lie });
    await expect(registry.resolve(repository, digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    stage().proxy.inject({ method: 'GET', path: /manifests/, fault: lie });
    expect((await registry.fetchManifest(repository, digest)).descriptor).toEqual(root.descriptor);
    stage().proxy.inject({
      method: 'GET',
      path: /manifests/,
      fault: { kind: 'corrupt', side: 'answer', afterBytes: 20 },
    });
    await expect(registry.fetchManifest(repository, digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    stage().proxy.inject({
      method: 'HEAD',
      fault: { kind: 'rewrite', headers: { 'docker-content-digest': undefined } },
    });
    expect(await registry.resolve(repository, 'v1')).toEqual(root.descriptor);
  });

  it('row 8: a registry that stores something else than was pushed is not believed', async () => {
    const [repository, { root, source }] = [stage().repository(), randomImage(1, 10)];
    const lie: Fault = { kind: 'rewrite', headers: { 'docker-content-digest': digestOf('lie') } };
    stage().proxy.inject({ method: 'PUT', path: /manifests/, fault: lie });
    const pushed = stage()
      .connect()
      .registry.pushImage(repository, root.descriptor, source, { tags: ['v1'] });
    await expect(pushed).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
}
