import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { harborRows } from './harbor-rows.ts';
import { allRows } from './rows.ts';
import { type FaultStage, harborStage } from './stage.ts';

describe('faults in front of Harbor', () => {
  let stage: FaultStage;
  beforeAll(async () => {
    stage = await harborStage();
  }, 30_000);
  afterEach(() => {
    stage.proxy.reset();
    stage.elsewhere.reset();
  });
  afterAll(() => stage?.close());
  allRows(() => stage);
  harborRows(() => stage);
});
