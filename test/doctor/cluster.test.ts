import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { type DevCluster, startDevCluster } from '@harbor-pilot/dev-cluster';
import { doctorStep, executeStep } from '@harbor-pilot/steps';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { captureRuntime } from '../../packages/steps/test/runtime.ts';
import { type Robot, startWorld, type World } from '../pull-secret/world.ts';
import { type Examined, runDoctor } from './doctor-world.ts';

const merge = 'application/merge-patch+json';

/** Inputs by their names in kebab-case. */
type Inputs = Readonly<Record<string, string>>;

describe('harbor-pilot doctor, in front of a cluster', () => {
  let cluster: DevCluster;
  let world: World;
  /** Digests of an image for both architectures, and of one for amd64 only. */
  let both: string;
  let amd64: string;

  beforeAll(async () => {
    cluster = await startDevCluster();
    world = await startWorld(async () => cluster.kubeconfig);
    both = await world.harbor.push('shop/hello', 'for both');
    amd64 = await world.harbor.push('shop/amd64', 'for one', ['linux/amd64']);
  }, 30_000);
  afterAll(async () => {
    await world?.close();
    await cluster?.close();
  });

  const flagsOf = (image: string, inputs: Inputs): Inputs => ({
    registry: world.harbor.host,
    'ca-certificate': 'ca.crt',
    kubeconfig: 'kubeconfig',
    username: world.robots.first.username,
    'push-check': 'false',
    image,
    ...inputs,
  });

  /** Runs the real command. */
  function doctor(image: string, inputs: Inputs): Promise<Examined> {
    const flags = Object.entries(flagsOf(image, inputs)).flatMap(([name, value]) => [`--${name}`, value]);
    return runDoctor(world.folder, flags, { HARBOR_PILOT_PASSWORD: world.robots.first.password });
  }

  /** Runs the step in this process, which is faster: the exit code is that of its error. */
  async function examine(image: string, inputs: Inputs): Promise<Pick<Examined, 'exitCode' | 'found'>> {
    const given: Inputs = { ...flagsOf(image, inputs), password: world.robots.first.password };
    const runtime = captureRuntime(world.folder);
    const error: unknown = await executeStep(doctorStep, runtime, [(name) => given[name]]).catch((thrown) => thrown);
    await runtime.end();
    const found = JSON.parse(await readFile(join(world.folder, '.harbor-pilot/doctor/doctor.json'), 'utf8'));
    return { exitCode: error instanceof PilotError ? error.exitCode : 0, found };
  }

  const checkIn = ({ found }: Pick<Examined, 'found'>, id: string) => found.checks.find((check) => check.id === id);
  /** What a check says, for one `toEqual`. */
  const said = (examined: Pick<Examined, 'found'>, id: string): readonly unknown[] => {
    const { status, seen } = checkIn(examined, id) ?? {};
    return [status, seen];
  };
  const clusterIds = ['cluster-api', 'cluster-namespace', 'cluster-permissions', 'cluster-nodes'];

  it('finds nothing wrong where nodes can run the image, and pull it', async () => {
    const { run, robots, namespace, api } = world;
    await run(robots.first, { namespaces: await namespace('well') });
    const examined = await doctor(`shop/hello@${both}`, { namespace: 'well' });
    expect(examined.log).toContain('Kubernetes v1.34');
    for (const id of [...clusterIds, 'pull-secret', 'pull-secret-account', 'pull-secret-use'])
      expect(said(examined, id)).toEqual(['ok', expect.any(String)]);
    expect(said(examined, 'pull-secret-account')[1]).toBe(`${robots.first.username} pulls ${both}: ${both}`);
    expect(examined.exitCode).toBe(0);
    const named = await examine(`shop/hello@${both}`, { namespace: 'well', 'pull-secret': 'harbor' });
    expect(said(named, 'pull-secret-use')).toEqual(['ok', 'named in well by serviceaccount/default']);
    await api.need('PATCH', '/api/v1/namespaces/well/serviceaccounts/default', { imagePullSecrets: null }, merge);
    const unused = await examine(`shop/hello@${both}`, { namespace: 'well', 'pull-secret': 'harbor' });
    expect(said(unused, 'pull-secret-use')).toEqual(['warning', expect.stringContaining('nothing in well names')]);
  });

  it('says that no available node has the architecture of the image', async () => {
    const { api, namespace } = world;
    await namespace('nodes');
    const inputs = { namespace: 'nodes' };
    const partly = await examine(`shop/amd64@${amd64}`, inputs);
    expect(said(partly, 'cluster-nodes')).toEqual([
      'warning',
      '1 of 2 nodes that take new pods cannot run it: the image is for linux/amd64, the nodes are linux/amd64, linux/arm64',
    ]);
    const cordon = (unschedulable: boolean): Promise<unknown> =>
      api.need('PATCH', '/api/v1/nodes/node-amd64', { spec: { unschedulable } }, merge);
    await cordon(true);
    const examined = await doctor(`shop/amd64@${amd64}`, inputs);
    const { exitCode, log } = examined;
    await cordon(false);
    const seen =
      'no available node architecture: the image is for linux/amd64, the nodes that take new pods are linux/arm64';
    expect(log).toContain(seen);
    expect(checkIn(examined, 'cluster-nodes')).toMatchObject({
      status: 'failed',
      code: 'ROLLOUT_FAILED',
      seen,
      advice: expect.stringContaining('Build the image for linux/arm64'),
      facts: ['node-amd64: linux/amd64, cordoned', 'node-arm64: linux/arm64, takes new pods'],
    });
    expect(exitCode).toBe(6);
  });

  it('says that the pull secret cannot pull', async () => {
    const { harbor, robots, namespace } = world;
    await namespace('refused');
    const wrong = { ...robots.second, password: 'wrong-password-of-the-test' };
    await writeSecret('refused', 'harbor', { [`https://${harbor.host}`]: wrong });
    const inputs = { namespace: 'refused', 'pull-secret': 'harbor' };
    const examined = await doctor(`shop/hello@${both}`, inputs);
    const { exitCode, log } = examined;
    expect(log).toContain('the pull secret cannot pull: ');
    expect(log).not.toContain('wrong-password-of-the-test');
    expect(checkIn(examined, 'pull-secret')).toMatchObject({ status: 'ok' });
    expect(checkIn(examined, 'pull-secret-account')).toMatchObject({
      status: 'failed',
      code: expect.stringMatching(/^(?:AUTH_FAILED|ROBOT_REFUSED)$/),
      advice: expect.stringContaining('harbor-pilot pull-secret'),
    });
    expect(exitCode).toBe(3);
    await writeSecret('refused', 'idle', { [harbor.host]: robots.idle });
    const idle = await examine(`shop/hello@${both}`, { namespace: 'refused', 'pull-secret': 'idle' });
    expect(said(idle, 'pull-secret-account')).toEqual([
      'failed',
      `the pull secret cannot pull: ${robots.idle.username} may not pull from the project "shop"`,
    ]);
    expect(idle.exitCode).toBe(3);
  });

  it('says what is missing: the namespace, the secret, its entry for the registry', async () => {
    const { harbor, robots, namespace } = world;
    const absent = await examine('shop/hello', { namespace: 'absent' });
    expect(said(absent, 'cluster-namespace')).toEqual(['failed', 'the namespace absent does not exist']);
    expect(checkIn(absent, 'pull-secret')).toMatchObject({ status: 'skipped' });
    expect(absent.exitCode).toBe(2);
    await namespace('bare');
    const seen = async (inputs: Inputs): Promise<unknown> =>
      said(await examine('shop/hello', { namespace: 'bare', ...inputs }), 'pull-secret');
    expect(await seen({})).toEqual(['failed', 'pods of the service account default in bare have no pull secret']);
    expect(await seen({ 'pull-secret': 'none' })).toEqual(['failed', 'there is no secret none in the namespace bare']);
    const { username, password } = robots.second;
    const planned = await seen({ 'pull-secret': 'none', 'pull-username': username, 'pull-password': password });
    const yet = `there is no secret none in the namespace bare yet: a rollout writes it for ${username}`;
    expect(planned).toEqual(['skipped', yet]);
    await writeSecret('bare', 'other', { 'https://ghcr.io': robots.first });
    const entry = `the secret other has no entry for ${harbor.host}, but for ghcr.io`;
    expect(await seen({ 'pull-secret': 'other' })).toEqual(['failed', entry]);
  });

  it('needs no pull secret where everybody may pull', async () => {
    const { harbor, namespace } = world;
    await harbor.harbor.ensureProject('open', { public: 'true' });
    const examined = await examine('open/hello', { namespace: await namespace('free') });
    expect(said(examined, 'pull-secret')).toEqual(['ok', expect.stringContaining('everybody may pull from open')]);
    expect(said(examined, 'pull-secret-account')[0]).toBe('skipped');
  });

  async function writeSecret(namespace: string, name: string, robots: Readonly<Record<string, Robot>>): Promise<void> {
    await world.api.need('POST', `/api/v1/namespaces/${namespace}/secrets`, {
      metadata: { name },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': JSON.stringify({ auths: robots }) },
    });
  }
});
