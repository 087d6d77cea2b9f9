import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createHttp } from '@harbor-pilot/http';
import { openLayout } from '@harbor-pilot/oci';
import { createRegistry } from '@harbor-pilot/registry';
import { describeWithPeers, findPeer } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dockerRegistryCredentials, startDockerRegistry } from '../../packages/registry/test/peers.ts';
import { randomBlob, sourceOf } from './content.ts';

const diskBytes = 4 * 1024 * 1024;

/** Mounts a small disk, where this account may do so. */
function mountSmallDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'small-disk-'));
const hasDisk = mountSmallDisk(folder);
afterAll(async () => {
  if (hasDisk) execFileSync('umount', ['-l', folder]);
  await rm(folder, { recursive: true, force: true });
});

(hasDisk ? describe : describe.skip)(
  `a disk of 4 MB${hasDisk ? '' : ' (skipped: this account may not mount one)'}`,
  () => {
    it('row 18: content that does not fit is named with its size, and leaves nothing', async () => {
      const directory = join(folder, 'layout');
      const layout = await openLayout(directory);
      const blob = randomBlob(6_000_000);
      const written = layout.writeStream(blob.descriptor, await sourceOf(blob).open());
      await expect(written).rejects.toMatchObject({
        code: 'FILE_UNWRITABLE',
        message: expect.stringMatching(`${directory}.*6000000 bytes`),
      });
      await expect(layout.write(blob)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      expect(await readdir(join(directory, 'blobs/sha256'))).toEqual([]);
      await rm(directory, { recursive: true });
    });

    it('row 19: a registry whose disk is full is given up after its tries, and its paths are not shown', async () => {
      const program = findPeer('docker-registry');
      if (program === undefined) return;
      const running = await startDockerRegistry(program, folder);
      const http = createHttp({ clock: { now: () => new Date(), sleep: async () => undefined } });
      const registry = createRegistry({
        http,
        host: running.host,
        plainHttp: true,
        credentials: dockerRegistryCredentials,
      });
      try {
        await expect(registry.pushBlob('acme/app', randomBlob(6_000_000).source)).rejects.toMatchObject({
          code: 'REGISTRY_UNAVAILABLE',
          exitCode: 4,
          message: expect.not.stringContaining(folder),
        });
      } finally {
        http.close();
        await running.close();
      }
    });
  },
);

describe('a folder that may not be written', () => {
  it('row 18: is named', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(openLayout(join(file, 'layout'))).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining(file),
    });
  });
});

describeWithPeers('a layer of 1 GiB', ['docker-registry'], (paths) => {
  let running: Awaited<ReturnType<typeof startDockerRegistry>>;
  beforeAll(async () => {
    running = await startDockerRegistry(paths['docker-registry']);
  });
  afterAll(() => running.close());

  it('row 27: is pushed in less than 160 MB of memory', async () => {
    const program = join(import.meta.dirname, 'push-large.mjs');
    const child = spawn(process.execPath, ['--max-old-space-size=512', program], {
      env: { ...process.env, NODE_OPTIONS: '', REGISTRY: running.host },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    Readable.from([JSON.stringify(dockerRegistryCredentials)]).pipe(child.stdin);
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const { outcome, peakBytes } = JSON.parse(output);
    expect(outcome).toBe('pushed');
    expect(peakBytes / 1024 / 1024).toBeLessThan(160);
  }, 120_000);
});
