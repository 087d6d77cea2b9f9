import { digestOf } from '@harbor-pilot/oci';
import { describeWithPeers, kubernetesPeers, startKubernetes } from '@harbor-pilot/testkit';
import { afterAll, beforeAll } from '@jest/globals';
import { rolloutCases, rolloutGroup } from './cases.ts';
import { startControllers } from './controllers.ts';
import { createKubeApi } from './kube-api.ts';
import { startNodeAgent, unbound } from './node-agent.ts';
import { ownershipCases } from './ownership-cases.ts';
import type { Stage } from './world.ts';

describeWithPeers('a rollout on a real control plane', kubernetesPeers, (paths) => {
  const unpullable = digestOf('unpullable');
  const closing: (() => Promise<void> | void)[] = [];
  let kubeconfig = '';

  beforeAll(async () => {
    const kubernetes = await startKubernetes(paths);
    closing.push(kubernetes.close);
    kubeconfig = kubernetes.kubeconfig;
    const kinds = ['statefulset-controller', 'daemonset-controller'];
    const controllers = await startControllers(paths['kube-controller-manager'], kubeconfig, kinds);
    const api = createKubeApi(kubeconfig);
    const agent = startNodeAgent(api, { image: unpullable, message: 'failed to fetch: 401 Unauthorized' });
    closing.push(controllers.stop, api.close, agent.stop);
  }, 90_000);

  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  }, 30_000);

  const stage = (): Stage => ({
    kubeconfig,
    image: 'harbor.test/shop/hello',
    first: digestOf('first'),
    second: digestOf('second'),
    unpullable,
    unpullableHint: /pull secret/,
    unpullablePod: unbound,
  });
  rolloutCases(stage);
  rolloutGroup('ownership and rights', ownershipCases, stage);
});
