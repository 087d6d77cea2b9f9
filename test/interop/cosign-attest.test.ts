import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { itAttestsWithCosign } from './cosign-attest-suite.ts';
import { startDockerRegistry } from './docker-registry.ts';

describeWithPeers(
  'attestations and cosign at a registry without referrers API',
  ['cosign', 'docker-registry'],
  (programs) => {
    itAttestsWithCosign(programs.cosign, async () => {
      const { host, close } = await startDockerRegistry(programs['docker-registry']);
      const registry = createRegistry({ http: createHttp({}), host, plainHttp: true });
      return { registry, cosignFlags: ['--allow-http-registry'], close };
    });
  },
);

describeWithPeers('attestations and cosign at the embedded Harbor', ['cosign'], ({ cosign }) => {
  itAttestsWithCosign(cosign, async (directory) => {
    const dev = await startDevHarbor({ dataDirectory: join(directory, 'harbor') });
    const { host, caCertificate, username, password } = dev;
    const caFile = join(directory, 'ca.crt');
    await writeFile(caFile, caCertificate);
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await writeFile(join(directory, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    const http = createHttp({ trust: { [host]: { caCertificate } } });
    const credentials = { username, password };
    await createHarbor({ http, host, credentials }).ensureProject('interop');
    const registry = createRegistry({ http, host, credentials });
    return { registry, cosignFlags: ['--registry-cacert', caFile], close: () => dev.close() };
  });
});
