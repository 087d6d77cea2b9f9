import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { expectStored, randomBlob } from './content.ts';
import { allRows } from './rows.ts';
import { distributionStage, type FaultStage } from './stage.ts';

const sizeBytes = 4_000_000;

describeWithPeers('faults in front of distribution 3', ['distribution'], (paths) => {
  let stage: FaultStage;
  beforeAll(async () => {
    stage = await distributionStage(paths.distribution);
  });
  afterEach(() => {
    stage.proxy.reset();
    stage.elsewhere.reset();
  });
  afterAll(() => stage?.close());
  allRows(() => stage);

  it.each([1_000_000, 3_000_000])(
    'row 4: a large upload whose connection is reset after %i bytes goes on from there',
    async (afterBytes) => {
      const { registry } = stage.connect();
      const [repository, blob] = [stage.repository(), randomBlob(sizeBytes)];
      stage.proxy.inject({ method: 'PATCH', fault: { kind: 'reset', side: 'request', afterBytes } });
      expect(await registry.pushBlob(repository, blob.source)).toBe('pushed');
      await expectStored(stage.direct, repository, blob);
      const methods = stage.proxy.requests.map(({ method }) => method);
      expect(methods.filter((method) => method === 'POST')).toHaveLength(1);
      expect(methods.filter((method) => method === 'PATCH')).toHaveLength(2);
      // What had not got through to the registry when the connection broke is sent twice.
      expect(stage.proxy.requests.filter(({ method }) => method === 'PATCH').at(-1)?.receivedBytes).toBeLessThan(
        sizeBytes - afterBytes + 600_000,
      );
    },
  );
});
