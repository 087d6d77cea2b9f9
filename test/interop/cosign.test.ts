import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { itMeetsCosign } from './cosign-suite.ts';
import { startDockerRegistry } from './docker-registry.ts';

describeWithPeers('cosign at a registry without referrers API', ['cosign', 'docker-registry'], (programs) => {
  itMeetsCosign(programs.cosign, async () => {
    const { host, close } = await startDockerRegistry(programs['docker-registry']);
    const registry = createRegistry({ http: createHttp({}), host, plainHttp: true });
    return { registry, cosignFlags: ['--allow-http-registry'], close };
  });
});
