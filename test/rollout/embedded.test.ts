import { type DevCluster, startDevCluster } from '@harbor-pilot/dev-cluster';
import { digestOf } from '@harbor-pilot/oci';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { rolloutCases } from './cases.ts';
import { type HarborStage, startHarborStage } from './harbor-stage.ts';
import { pullCases } from './pull-cases.ts';
import type { Stage } from './world.ts';

describe('a rollout on the embedded cluster, from the embedded Harbor', () => {
  let harbor: HarborStage;
  let cluster: DevCluster;
  let untrusting: DevCluster;
  let stage: Stage;

  beforeAll(async () => {
    harbor = await startHarborStage();
    cluster = await startDevCluster({ registryCas: { [harbor.host]: harbor.caCertificate } });
    untrusting = await startDevCluster();
    stage = {
      kubeconfig: cluster.kubeconfig,
      image: `${harbor.host}/shop/hello`,
      first: await harbor.push('shop/hello', 'first'),
      second: await harbor.push('shop/hello', 'second'),
      unpullable: digestOf('never pushed'),
      unpullableHint: /no such image/,
      pullSecret: await harbor.robot('shop'),
    };
  }, 30_000);

  afterAll(async () => {
    await Promise.all([cluster?.close(), untrusting?.close()]);
    await harbor?.close();
  });

  rolloutCases(() => stage);
  pullCases(
    () => stage,
    () => harbor,
    () => untrusting.kubeconfig,
  );
});
