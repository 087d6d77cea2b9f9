import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hexOf } from '@harbor-pilot/oci';
import { describeWithPeers, type ProxiedRequest, startFaultProxy } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomIndex } from '../../packages/registry/test/images.ts';
import {
  dockerRegistryCredentials,
  type RunningRegistry,
  startDockerRegistry,
} from '../../packages/registry/test/peers.ts';
import { meetingOfTwo } from '../../packages/sign/test/meeting-of-two.ts';
import { runStep, writeKeyPairs } from './run-step.ts';

describeWithPeers('signing in a registry without a referrers API', ['docker-registry'], (paths) => {
  let registry: RunningRegistry;
  let workspace: string;
  beforeAll(async () => {
    registry = await startDockerRegistry(paths['docker-registry']);
    workspace = await mkdtemp(join(tmpdir(), 'signing-'));
    await writeKeyPairs(workspace);
  });
  afterAll(async () => {
    await registry?.close();
    if (workspace !== undefined) await rm(workspace, { recursive: true, force: true });
  });

  const run = (step: string, image: string, inputs: Readonly<Record<string, string>>) =>
    runStep(workspace, step, {
      ...dockerRegistryCredentials,
      registry: registry.host,
      'plain-http': 'true',
      image,
      record: `${image.replaceAll(/\W/g, '-')}.json`,
      ...inputs,
    });

  it('takes bundles, under the tags that stand in for the API', async () => {
    const { root, source } = randomIndex();
    await registry.connect().pushImage('acme/app', root.descriptor, source, { tags: ['v1'] });
    const { outputs, lines } = await run('sign', 'acme/app:v1', { key: 'ours.key' });
    expect(outputs.format).toBe('bundle');
    expect(lines.join('\n')).toContain('in a registry without Harbor’s API');
    const signed = outputs.signatures?.split('\n').map((line) => line.split(' ')[0]) ?? [];
    expect(signed).toHaveLength(3);
    expect(signed.at(-1)).toBe(root.descriptor.digest);
    await expect(
      registry.connect().resolve('acme/app', `sha256-${hexOf(root.descriptor.digest)}`),
    ).resolves.toBeDefined();
    expect((await run('sign', 'acme/app:v1', { key: 'ours.key' })).outputs).toEqual(outputs);
    await run('verify', 'acme/app:v1', { 'public-key': 'ours.pub' });
  });

  it.each(['bundle', 'classic'])('keeps both of two signers in the form "%s", one after the other', async (format) => {
    const { root, source } = randomIndex();
    const image = `acme/${format}:v1`;
    await registry.connect().pushImage(`acme/${format}`, root.descriptor, source, { tags: ['v1'] });
    for (const key of ['ours', 'theirs']) await run('sign', image, { key: `${key}.key`, format });
    for (const key of ['ours', 'theirs']) await run('verify', image, { 'public-key': `${key}.pub` });
  });

  it('keeps both of two signers that set each classic tag at the same time', async () => {
    const { root, source } = randomIndex();
    await registry.connect().pushImage('acme/race', root.descriptor, source, { tags: ['v1'] });
    const proxy = await startFaultProxy({ target: registry.host });
    const meetings = new Map<string, () => Promise<boolean>>();
    // Both have read the tag by now; each sets it as if it were alone.
    const meet = async ({ path }: ProxiedRequest): Promise<void> => {
      const meeting = meetings.get(path) ?? meetingOfTwo();
      meetings.set(path, meeting);
      // A registry that keeps tags in files answers 500 to who reads one that is being written.
      if (await meeting()) await delay(200);
    };
    const fault = { kind: 'delay', milliseconds: 0 } as const;
    proxy.inject({ method: 'PUT', path: /\.sig$/, times: 100, fault, before: meet });
    const keys = ['ours', 'theirs'];
    const there = { registry: proxy.host };
    try {
      await Promise.all(
        keys.map((key) => run('sign', 'acme/race:v1', { ...there, key: `${key}.key`, format: 'classic' })),
      );
      expect(meetings.size).toBe(3);
      for (const key of keys) await run('verify', 'acme/race:v1', { ...there, 'public-key': `${key}.pub` });
    } finally {
      await proxy.close();
    }
  });
});
