import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate, startDistribution } from './distribution.mjs';
import { median } from './measured-process.mjs';
import { requirePeers } from './peers.mjs';
import { pushContenders } from './push-contenders.mjs';
import { writeSampleImage } from './sample-image.mjs';

const samples = 3;
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
    const tls = await race(folder, { ours, crane, regctl }, makeCertificate(folder));
    const plain = await race(folder, { ours: oursPlain, crane, regctl });
    const seconds = median(tls.ours.map((run) => run.seconds));
    const megabytes = Math.max(...tls.ours.map((run) => run.megabytes));
    const target = `<= ${megabytesTarget} MB`;
    return [
      compare('push', tls),
      compare('push-plain-http', plain),
      { name: 'push-memory', seconds, megabytes, samples, ok: megabytes <= megabytesTarget, target },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets each contender push to a registry of its own, in turn. */
async function race(folder, contenders, certificate) {
  const { 'docker-registry': program } = requirePeers('docker-registry');
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < samples; round += 1) {
    for (const [name, contend] of Object.entries(contenders)) {
      const registry = await startDistribution(program, folder, certificate);
      try {
        results[name].push(await contend({ host: registry.host, certificate: certificate?.certificate }));
      } finally {
        await registry.stop();
        rmSync(registry.folder, { recursive: true, force: true });
      }
    }
  }
  return results;
}

function compare(name, { ours, ...others }) {
  const secondsOf = (runs) => median(runs.map((run) => run.seconds));
  const [peer, peerSeconds] = Object.entries(others)
    .map(([other, runs]) => [other, secondsOf(runs)])
    .sort(([, a], [, b]) => a - b)[0];
  const seconds = secondsOf(ours);
  const ok = seconds / peerSeconds <= ratioTarget;
  return { name, seconds, peer, peerSeconds, samples, ok, target: `ratio <= ${ratioTarget.toFixed(2)}` };
}
