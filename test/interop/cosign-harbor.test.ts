import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { itMeetsCosign } from './cosign-suite.ts';

describeWithPeers('cosign at the embedded Harbor', ['cosign'], ({ cosign }) => {
  itMeetsCosign(cosign, async (directory) => {
    const dev = await startDevHarbor({ dataDirectory: join(directory, 'harbor') });
    const { host, caCertificate, username, password } = dev;
    const caFile = join(directory, 'ca.crt');
    await writeFile(caFile, caCertificate);
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await writeFile(join(directory, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    const clients = {
      http: createHttp({ trust: { [host]: { caCertificate } } }),
      host,
      credentials: { username, password },
    };
    const harbor = createHarbor(clients);
    await harbor.ensureProject('interop');
    const registry = createRegistry(clients);
    return { registry, harbor, cosignFlags: ['--registry-cacert', caFile], close: () => dev.close() };
  });
});
