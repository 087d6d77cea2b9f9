import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate, startDistribution } from './distribution.mjs';
import { median } from './measured-process.mjs';
import { requirePeers } from './peers.mjs';
import { pushUnsigned } from './signed-images.mjs';
import { signers } from './signers.mjs';

const samples = 9;
const children = 8;
const targets = { ratio: 0.7, growth: 2 };

/**
 * Signs an image with a key pair beside cosign, each in a process of its own, pushing included: with the key file of cosign,
 * whose password both spend most of their time on, and with a key that is not encrypted, which cosign does not read. And an
 * index of 8 images beside one image.
 */
export async function sign() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sign-'));
  const certificate = makeCertificate(folder);
  const registry = await startDistribution(requirePeers('distribution').distribution, folder, certificate);
  try {
    const place = { host: registry.host, certificate: certificate.certificate };
    const by = await signers(folder, place);
    const trusted = { ...place, caCertificate: readFileSync(certificate.certificate, 'utf8') };
    const images = await pushUnsigned(trusted, by.repository, 3 * samples);
    const indexes = await pushUnsigned(trusted, by.repository, samples, children);
    const times = { ours: [], open: [], cosign: [], index: [] };
    for (let round = 0; round < samples; round++) {
      times.ours.push((await by.sign(images[3 * round])).seconds);
      times.open.push((await by.signWithOpenKey(images[3 * round + 1])).seconds);
      times.cosign.push((await by.cosignSign(images[3 * round + 2])).seconds);
      times.index.push((await by.sign(indexes[round])).seconds);
    }
    return [
      beside('sign', times.ours, 'cosign', times.cosign, targets.ratio),
      beside('sign with a key not encrypted', times.open, 'cosign', times.cosign, targets.ratio),
      ofIndex(times),
    ];
  } finally {
    await registry.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function ofIndex({ index, ours }) {
  return beside(`sign an index of ${children}`, index, 'one image', ours, targets.growth);
}

function beside(name, ours, peer, theirs, ratio) {
  const [seconds, peerSeconds] = [median(ours), median(theirs)];
  return { name, seconds, peer, peerSeconds, samples, ok: seconds / peerSeconds <= ratio, target: `ratio <= ${ratio}` };
}
