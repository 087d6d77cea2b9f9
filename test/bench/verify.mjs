import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@harbor-pilot/core';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { signDigests } from '@harbor-pilot/sign';
import { median } from './measured-process.mjs';
import { pushUnsigned } from './signed-images.mjs';
import { signers } from './signers.mjs';

const samples = 15;
const allSamples = 3;
const many = 1000;
/** So many runs of cosign stand for a thousand: each takes as long as the next. */
const cosignRuns = 100;
const targets = { one: 2.5, many: 0.3 };

/** Verifies one image beside cosign, each in a process of its own; and all 1,000 images of a project in one process beside 1,000 runs of cosign. */
export async function verify() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-verify-'));
  const harbor = await startDevHarbor({ dataDirectory: join(folder, 'harbor') });
  try {
    const { host, caCertificate, username, password } = harbor;
    const credentials = { username, password };
    const certificate = join(folder, 'harbor', 'ca.crt');
    const by = await signers(folder, { host, certificate, credentials });
    const digests = await pushSigned({ host, caCertificate, credentials }, by);
    return [await one(by, digests[0]), await all(by, digests)];
  } finally {
    await harbor.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** So many signed images in a new project. */
async function pushSigned(place, { repository, signer }) {
  const { host, caCertificate, credentials } = place;
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  try {
    await createHarbor({ http, host, credentials }).ensureProject(repository.split('/')[0]);
    const registry = createRegistry({ http, host, credentials });
    const names = await pushUnsigned(place, repository, many);
    const digests = await Promise.all(names.map((digest) => registry.resolve(repository, digest)));
    await signDigests({ registry, repository, digests, signer, format: 'bundle', clock: systemClock });
    return names;
  } finally {
    http.close();
  }
}

async function one(by, digest) {
  const times = { ours: [], cosign: [] };
  for (let round = 0; round < samples; round++) {
    times.ours.push((await by.verify(digest)).seconds);
    times.cosign.push((await by.cosignVerify(digest)).seconds);
  }
  const [seconds, peerSeconds] = [median(times.ours), median(times.cosign)];
  const ok = seconds / peerSeconds <= targets.one;
  return { name: 'verify', seconds, peer: 'cosign', peerSeconds, samples, ok, target: `ratio <= ${targets.one}` };
}

async function all(by, digests) {
  const [ours, theirs] = [[], []];
  for (const digest of digests.slice(0, cosignRuns)) theirs.push((await by.cosignVerify(digest)).seconds);
  for (let round = 0; round < allSamples; round++) {
    ours.push((await by.verifyAll(by.repository.split('/')[0])).seconds);
  }
  const [seconds, peerSeconds] = [median(ours), median(theirs) * many];
  const ok = seconds / peerSeconds <= targets.many;
  const peer = `${many} runs of cosign`;
  return {
    name: `verify ${many}`,
    seconds,
    peer,
    peerSeconds,
    samples: allSamples,
    ok,
    target: `ratio <= ${targets.many}`,
  };
}
