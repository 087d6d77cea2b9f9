import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type DockerEngine, startDockerEngine } from '../push/docker-engine.ts';
import { type ClientStage, openStage } from './client-stage.ts';

jest.setTimeout(120_000);

// An engine does not verify certificates of loopback addresses, whatever it is told: other tests do that.
describeWithPeers('docker at the embedded Harbor', ['docker', 'dockerd'], ({ docker, dockerd }) => {
  let stage: ClientStage;
  let folder: string;
  let engine: DockerEngine;
  beforeAll(async () => {
    stage = await openStage();
    folder = await mkdtemp(join(tmpdir(), 'docker-'));
    engine = await startDockerEngine(dockerd, folder);
  });
  afterAll(async () => {
    await engine?.stop();
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const app = (reference: string): string => `${stage.host}/shop/docker/app${reference}`;
  const succeed = (...args: readonly string[]): Promise<string> =>
    stage.succeed(docker, ['-H', engine.address, ...args]);

  it('logs in as a robot, pushes an image and pulls it again', async () => {
    const { host, keeper, harbor } = stage;
    const login = ['-H', engine.address, 'login', host, '-u', keeper.name, '--password-stdin'];
    await stage.succeed(docker, login, keeper.secret);
    await engine.build(app(':v1'), [100_000, 2_000]);
    const pushed = /v1: digest: (sha256:\S+)/.exec(await succeed('push', app(':v1')))?.[1];
    expect(await harbor.artifact('shop', 'docker/app', 'v1')).toMatchObject({ digest: pushed });
    await succeed('rmi', app(':v1'));
    expect(await succeed('pull', app(':v1'))).toContain(`Digest: ${pushed}`);
  });

  it('pushes again what is there without sending it', async () => {
    await succeed('tag', app(':v1'), app(':v2'));
    const output = await succeed('push', app(':v2'));
    expect(output).toContain('Layer already exists');
    expect(output).not.toContain('Pushed');
  });

  it('may not log in with a wrong secret', async () => {
    const login = ['-H', engine.address, 'login', stage.host, '-u', stage.builder.name, '--password-stdin'];
    expect(await stage.fail(docker, login, 'Wrong12345')).toContain('unauthorized');
  });
});
