import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { saveFromEngine } from '../../packages/steps/src/push/docker-engine.ts';
import { captureRuntime } from '../../packages/steps/test/runtime.ts';
import { openShop, type Shop } from '../release/shop.ts';
import { type DockerEngine, startDockerEngine } from './docker-engine.ts';

const startMilliseconds = 90_000;

/** An engine has to be root, for the file systems of its images. */
const describeAsRoot: typeof describeWithPeers = (title, peers, body) =>
  process.getuid?.() === 0
    ? describeWithPeers(title, peers, body)
    : describe.skip(`${title} (skipped: only root can start one)`, () => it('needs root', () => undefined));

describeAsRoot('an image of a real Docker engine', ['dockerd'], ({ dockerd }) => {
  let folder: string;
  let engine: DockerEngine;
  let shop: Shop;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docker-'));
    engine = await startDockerEngine(dockerd, folder);
    shop = await openShop();
    await engine.build('hello:dev', [3_000_000, 2]);
  }, startMilliseconds);
  afterAll(async () => {
    await shop?.close();
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is pushed from the engine, and as the same digest from what it saved', async () => {
    const environment = { DOCKER_HOST: engine.address };
    const pushed = await shop.run('push', { tags: 'engine', source: 'docker://hello:dev' }, environment);
    await engine.save('hello:dev', join(shop.workspace, 'hello.tar'));
    await shop.run('push', { tags: 'archive', source: 'docker-archive:hello.tar' });
    const digest = pushed.outputs.digest;
    expect(await shop.registry.resolve('shop/app', 'engine')).toMatchObject({ digest });
    expect(await shop.registry.resolve('shop/app', 'archive')).toMatchObject({ digest });
    expect((await shop.record()).push?.destinations).toMatchObject([{ tags: ['archive'], pushedBlobs: 0 }]);
    const { bytes } = await shop.registry.fetchManifest('shop/app', 'engine');
    const { layers } = JSON.parse(Buffer.from(bytes).toString());
    expect(layers).toHaveLength(2);
    for (const layer of layers) {
      expect(layer.mediaType).toBe('application/vnd.oci.image.layer.v1.tar+gzip');
      expect(layer.size).toBeLessThan(100_000);
    }
  });

  it('must be there', async () => {
    const environment = { DOCKER_HOST: engine.address };
    await expect(shop.run('push', { source: 'docker://nothing:1' }, environment)).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      message: 'the Docker engine has no image nothing:1',
    });
  });
});

describe('a Docker engine', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop.close());

  it.each([
    ['that nobody started', 'unix:///nowhere/docker.sock', 'NETWORK_UNREACHABLE'],
    ['behind SSH', 'ssh://build.example.com', 'INPUT_INVALID'],
    ['behind TLS without a certificate', 'https://127.0.0.1:1', 'FILE_UNREADABLE'],
  ])('%s is told', async (_, address, code) => {
    const run = shop.run('push', { source: 'docker://hello:dev' }, { DOCKER_HOST: address });
    await expect(run).rejects.toMatchObject({ code, hint: expect.any(String) });
  });

  it('that stops in the middle of an image is told, and so is a disk that is full', async () => {
    const socketPath = join(shop.workspace, 'broken.sock');
    const server = createServer((_, answer) => {
      answer.writeHead(200, { 'content-length': '1000000' }).write(Buffer.alloc(1000));
      setTimeout(() => answer.destroy(), 100);
    });
    await new Promise<void>((listening) => server.listen(socketPath, listening));
    const engine = captureRuntime(shop.workspace, { DOCKER_HOST: `unix://${socketPath}` });
    try {
      await expect(saveFromEngine('hello:dev', '/dev/full', engine)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      await expect(saveFromEngine('hello:dev', join(shop.workspace, 'image.tar'), engine)).rejects.toMatchObject({
        code: 'NETWORK_UNREACHABLE',
        message: 'the Docker engine broke off before all of hello:dev was there',
      });
    } finally {
      server.close();
    }
  });

  it.each(['hello:dev', 'docker:', 'docker://a?b', 'podman:hello', 'oci:'])(
    'is not what "%s" means',
    async (source) => {
      await expect(shop.run('push', { source })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    },
  );
});
