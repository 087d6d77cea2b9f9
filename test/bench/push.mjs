import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './distribution.mjs';
import { pushContenders } from './push-contenders.mjs';
import { comparePush, racePush } from './push-race.mjs';
import { writeSampleImage } from './sample-image.mjs';

const samples = 5;
const layers = { count: 10, bytes: 100 * 1024 * 1024 };
const ratioTarget = 1.1;

/**
 * Pushes 1 GB to an empty registry on loopback, against the faster of crane and regctl: over TLS (where those two speak
 * HTTP/2), and over plain HTTP. The latter is shown without a target: crane lets the kernel send files that it never
 * looks at (sendfile), while to hash 1 GB alone takes half of the time that crane takes for all.
 */
export async function push() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-push-'));
  try {
    const layout = join(folder, 'layout');
    await writeSampleImage(layout, layers.count, layers.bytes);
    const { ours, crane, regctl } = pushContenders(folder, layout);
    const tls = await racePush(folder, { ours, crane, regctl }, { samples, certificate: makeCertificate(folder) });
    const plain = await racePush(folder, { ours, crane, regctl }, { samples });
    return [comparePush('push', tls, ratioTarget), comparePush('push-plain-http', plain)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
