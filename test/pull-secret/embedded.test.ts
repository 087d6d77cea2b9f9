import { type DevCluster, startDevCluster } from '@harbor-pilot/dev-cluster';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { pullSecretCases } from './cases.ts';
import { startWorld, type World } from './world.ts';

describe('pull secrets in the embedded cluster', () => {
  let cluster: DevCluster;
  let world: World;

  beforeAll(async () => {
    cluster = await startDevCluster();
    world = await startWorld(cluster.kubeconfig);
  }, 30_000);
  afterAll(async () => {
    await world?.close();
    await cluster?.close();
  });

  for (const [title, run] of Object.entries(pullSecretCases)) it(title, () => run(world));
});
