import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './distribution.mjs';
import { median } from './measured-process.mjs';
import { pushContenders } from './push-contenders.mjs';
import { comparePush, racePush } from './push-race.mjs';
import { writeSampleImage } from './sample-image.mjs';

const samples = 5;
const layers = { count: 10, bytes: 100 * 1024 * 1024 };
const ratioTarget = 1.1;
const megabytesTarget = 160;

/**
 * Pushes 1 GB to an empty registry on loopback, against the faster of crane and regctl: with the built command over TLS
 * (where those two speak HTTP/2), and with our registry client over plain HTTP. And the memory that the command had.
 */
export async function push() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-push-'));
  try {
    const layout = join(folder, 'layout');
    await writeSampleImage(layout, layers.count, layers.bytes);
    const { ours, oursPlain, crane, regctl } = pushContenders(folder, layout);
    const tls = await racePush(folder, { ours, crane, regctl }, { samples, certificate: makeCertificate(folder) });
    const plain = await racePush(folder, { ours: oursPlain, crane, regctl }, { samples });
    const seconds = median(tls.ours.map((run) => run.seconds));
    const megabytes = Math.max(...tls.ours.map((run) => run.megabytes));
    const target = `<= ${megabytesTarget} MB`;
    return [
      comparePush('push', tls, ratioTarget),
      comparePush('push-plain-http', plain, ratioTarget),
      { name: 'push-memory', seconds, megabytes, samples, ok: megabytes <= megabytesTarget, target },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
