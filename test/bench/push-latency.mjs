import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDelayProxy } from './delay-proxy.mjs';
import { makeCertificate } from './distribution.mjs';
import { pushContenders } from './push-contenders.mjs';
import { comparePush, racePush } from './push-race.mjs';
import { writeSampleImage } from './sample-image.mjs';

const samples = 5;
const roundTripMilliseconds = 50;
const layers = { count: 20, bytes: 64 * 1024 };
const ratioTarget = 0.7;

/** Pushes an image of many small layers to an empty registry that is far away, against the fastest of crane, regctl and skopeo. */
export async function pushLatency() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-push-latency-'));
  try {
    const layout = join(folder, 'layout');
    await writeSampleImage(layout, layers.count, layers.bytes);
    const { ours, crane, regctl, skopeo } = pushContenders(folder, layout);
    const results = await racePush(
      folder,
      { ours, crane, regctl, skopeo },
      {
        samples,
        certificate: makeCertificate(folder),
        wayTo: (host) => startDelayProxy(host, roundTripMilliseconds),
      },
    );
    return [comparePush('push-latency', results, ratioTarget)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
