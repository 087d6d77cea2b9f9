import { rmSync } from 'node:fs';
import { startDistribution } from './distribution.mjs';
import { median } from './measured-process.mjs';
import { requirePeers } from './peers.mjs';

const direct = async (host) => ({ host, stop: async () => undefined });

/**
 * Lets each contender push to an empty registry of its own, in turn.
 * @param wayTo gives the host to push to, and how to close the way; the registry itself when absent.
 */
export async function racePush(folder, contenders, { samples, certificate, wayTo = direct }) {
  const { distribution } = requirePeers('distribution');
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < samples; round += 1) {
    for (const [name, contend] of Object.entries(contenders)) {
      const registry = await startDistribution(distribution, folder, certificate);
      const way = await wayTo(registry.host);
      try {
        results[name].push(await contend({ host: way.host, certificate: certificate?.certificate }));
      } finally {
        await way.stop();
        await registry.stop();
        rmSync(registry.folder, { recursive: true, force: true });
      }
    }
  }
  return results;
}

/** The measure of a race: ours against the fastest of the others. Without a target any ratio will do. */
export function comparePush(name, { ours, ...others }, ratioTarget = Number.POSITIVE_INFINITY) {
  const secondsOf = (runs) => median(runs.map((run) => run.seconds));
  const [peer, peerSeconds] = Object.entries(others)
    .map(([other, runs]) => [other, secondsOf(runs)])
    .sort(([, a], [, b]) => a - b)[0];
  const seconds = secondsOf(ours);
  const ok = seconds / peerSeconds <= ratioTarget;
  return { name, seconds, peer, peerSeconds, samples: ours.length, ok, target: `ratio <= ${ratioTarget.toFixed(2)}` };
}
