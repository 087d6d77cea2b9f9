import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll } from '@jest/globals';
import { type RunningRegistry, startDockerRegistry } from './peers.ts';
import { registryCases } from './registry-cases.ts';

describeWithPeers('a registry of distribution 2.8', ['docker-registry'], (paths) => {
  let running: RunningRegistry;
  beforeAll(async () => {
    running = await startDockerRegistry(paths['docker-registry']);
  });
  afterAll(() => running.close());
  registryCases(() => running, 'acme');
});
