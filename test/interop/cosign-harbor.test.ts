import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@harbor-pilot/core';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry, type Registry } from '@harbor-pilot/registry';
import { chooseFormat, generateKeyPair, loadSigner, signDigests } from '@harbor-pilot/sign';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pushImage } from './cosign-meeting.ts';
import { itMeetsCosign } from './cosign-suite.ts';

/** The clients of an embedded Harbor, as its administrator. */
function clientsOf({ host, caCertificate, username, password }: DevHarbor) {
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  const credentials = { username, password };
  return { harbor: createHarbor({ http, host, credentials }), registry: createRegistry({ http, host, credentials }) };
}

describeWithPeers('cosign at the embedded Harbor', ['cosign'], ({ cosign }) => {
  itMeetsCosign(cosign, async (directory) => {
    const dev = await startDevHarbor({ dataDirectory: join(directory, 'harbor') });
    const caFile = join(directory, 'ca.crt');
    await writeFile(caFile, dev.caCertificate);
    const auth = Buffer.from(`${dev.username}:${dev.password}`).toString('base64');
    await writeFile(join(directory, 'config.json'), JSON.stringify({ auths: { [dev.host]: { auth } } }));
    const { harbor, registry } = clientsOf(dev);
    await harbor.ensureProject('interop');
    return { registry, harbor, cosignFlags: ['--registry-cacert', caFile], close: () => dev.close() };
  });
});

describe('a project of the embedded Harbor that gives out signed images only', () => {
  let directory: string;
  let dev: DevHarbor;
  let registry: Registry;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'signed-only-'));
    dev = await startDevHarbor({ dataDirectory: directory });
    const clients = clientsOf(dev);
    registry = clients.registry;
    await clients.harbor.ensureProject('trusted', { enable_content_trust_cosign: 'true' });
    expect(chooseFormat(await clients.harbor.version())).toBe('bundle');
  });
  afterAll(async () => {
    await dev?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it.each(['bundle', 'classic'] as const)('gives out an image after it was signed in the form %s', async (format) => {
    const repository = `trusted/${format}`;
    const image = await pushImage(registry, repository, format);
    await expect(registry.fetchManifest(repository, image.digest)).rejects.toMatchObject({ code: 'PULL_REFUSED' });
    const signer = await loadSigner((await generateKeyPair('')).privateKeyPem);
    await signDigests({ registry, repository, digests: [image], signer, format, clock: systemClock });
    await expect(registry.fetchManifest(repository, image.digest)).resolves.toMatchObject({ descriptor: image });
  });
});
