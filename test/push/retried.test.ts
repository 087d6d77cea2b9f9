import { randomBytes } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithPeers, startFaultProxy } from '@harbor-pilot/testkit';
import { expect, it } from '@jest/globals';
import { openShop } from '../release/shop.ts';

describeWithPeers('a push over a connection that breaks', ['openssl'], () => {
  it('goes through, and says which blobs were sent again', async () => {
    const shop = await openShop();
    const target = { target: shop.harbor.host, targetCaCertificate: shop.harbor.caCertificate };
    const proxy = await startFaultProxy({ ...target, isTls: true });
    try {
      await writeFile(join(shop.workspace, 'large'), randomBytes(4_000_000));
      await appendFile(join(shop.workspace, 'Dockerfile'), 'COPY large /\n');
      const way = { registry: proxy.host, 'ca-certificate': proxy.caCertificate ?? '', platforms: 'linux/amd64' };
      await shop.run('build', way);
      proxy.inject({ method: 'PATCH', fault: { kind: 'reset', side: 'request', afterBytes: 1_000_000 } });
      const { lines } = await shop.run('push', { ...way, tags: '1.0.0' });
      expect(await shop.tags()).toEqual(['1.0.0']);
      const { push } = await shop.record();
      expect(push?.destinations).toMatchObject([{ retriedBlobs: 1, pushedBlobs: push?.pushedBlobs }]);
      expect(lines.filter((line) => /4\.0 MB pushed, .*\/s, after a broken try/.test(line))).toHaveLength(1);
    } finally {
      await proxy.close();
      await shop.close();
    }
  });
});
