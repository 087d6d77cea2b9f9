import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate, startDistribution } from './distribution.mjs';
import { median } from './measured-process.mjs';
import { requirePeers } from './peers.mjs';
import { pushContenders } from './push-contenders.mjs';
import { writeSampleImage } from './sample-image.mjs';

const samples = 5;
const requestsTarget = 3;

/** Pushes an image that is there already: how many requests the action makes, and how long it takes beside crane. */
export async function pushAgain() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-push-again-'));
  try {
    const layout = join(folder, 'layout');
    await writeSampleImage(layout, 10, 10_000);
    const files = makeCertificate(folder);
    const registry = await startDistribution(requirePeers('distribution').distribution, folder);
    const counter = await startCounter(registry.host, files);
    try {
      return [await measure(pushContenders(folder, layout), counter, files.certificate)];
    } finally {
      await counter.stop();
      await registry.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure({ ours, crane }, counter, certificate) {
  const there = { host: counter.host, certificate };
  await crane(there);
  const times = { ours: [], crane: [] };
  let requests = [];
  for (let round = 0; round < samples; round += 1) {
    counter.reset();
    times.ours.push((await ours(there)).seconds);
    requests = counter.requests();
    times.crane.push((await crane(there)).seconds);
  }
  return {
    name: `push-again requests=${requests.length}`,
    seconds: median(times.ours),
    peer: 'crane',
    peerSeconds: median(times.crane),
    samples,
    ok: requests.length <= requestsTarget,
    target: `<= ${requestsTarget} requests, not ${requests.join(', ')}`,
  };
}

/** A proxy that speaks TLS, and remembers the requests that went through it. */
async function startCounter(target, { key, certificate }) {
  let seen = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    seen.push(`${method} ${url}`);
    const forwarded = request(`http://${target}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    host: `127.0.0.1:${server.address().port}`,
    requests: () => [...seen],
    reset: () => {
      seen = [];
    },
    stop: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}
