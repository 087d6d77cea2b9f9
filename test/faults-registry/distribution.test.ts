import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { allRows } from './rows.ts';
import { distributionStage, type FaultStage } from './stage.ts';

describeWithPeers('faults in front of distribution 2.8', ['docker-registry'], (paths) => {
  let stage: FaultStage;
  beforeAll(async () => {
    stage = await distributionStage(paths['docker-registry']);
  });
  afterEach(() => {
    stage.proxy.reset();
    stage.elsewhere.reset();
  });
  afterAll(() => stage?.close());
  allRows(() => stage);
});
