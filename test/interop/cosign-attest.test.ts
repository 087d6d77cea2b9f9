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
