import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate, startDistribution } from './distribution.mjs';
import { requirePeers } from './peers.mjs';
import { pushContenders } from './push-contenders.mjs';
import { writeSampleImage } from './sample-image.mjs';

const layerBytes = 4 * 1024 ** 3;
const megabytesTarget = 160;

/** Pushes one layer of 4 GiB with a heap of 512 MB at most: how much memory the action takes. */
export async function pushMemory() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-push-memory-'));
  try {
    const layout = join(folder, 'layout');
    await writeSampleImage(layout, 1, layerBytes);
    const files = makeCertificate(folder);
    const registry = await startDistribution(requirePeers('distribution').distribution, folder, files);
    try {
      const { ours } = pushContenders(folder, layout);
      const { seconds, megabytes } = await ours({ host: registry.host, certificate: files.certificate });
      const ok = megabytes <= megabytesTarget;
      return [{ name: 'push-memory', seconds, megabytes, samples: 1, ok, target: `<= ${megabytesTarget} MB` }];
    } finally {
      await registry.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
