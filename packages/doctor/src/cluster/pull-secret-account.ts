import type { PullAccount } from '@harbor-pilot/cluster';
import { createRegistry } from '@harbor-pilot/registry';
import type { Check, Finding } from '../check.ts';
import { failure } from '../examine.ts';
import { pullAs } from '../pull-as.ts';
import type { ClusterView } from './view.ts';

/** Whether the registry lets the account in the pull secret pull. */
export function pullSecretAccount(view: ClusterView): Check {
  return {
    id: 'pull-secret-account',
    area: 'cluster',
    title: 'pull with the pull secret',
    matters: 'A secret that cannot pull looks well in the cluster until the next pod starts.',
    needs: ['registry-api', 'pull-secret'],
    look: async () => {
      const [first, ...more] = view.accounts;
      if (first === undefined) return { status: 'skipped', seen: 'there is no account to try: everybody may pull' };
      // The kubelet tries one account after the other, too.
      let finding = await tryAccount(first, view);
      for (const account of more) if (finding.status === 'failed') finding = await tryAccount(account, view);
      return finding;
    },
  };
}

async function tryAccount({ username, password }: PullAccount, { context }: ClusterView): Promise<Finding> {
  const { host, http, clock, trust, project, repository, tagOrDigest } = context;
  const plainHttp = trust.plainHttp === true;
  const registry = createRegistry({ http, host, clock, plainHttp, credentials: { username, password } });
  try {
    if (project !== undefined) return await pullAs({ username, registry }, { project, repository, tagOrDigest });
    await registry.ping();
    return { status: 'ok', seen: `${host} accepts ${username}; no image is named to pull` };
  } catch (error) {
    const finding = failure(error);
    const advice = [finding.advice, 'With another account or secret, write it again: "harbor-pilot pull-secret".'];
    return {
      ...finding,
      seen: `the pull secret cannot pull: ${finding.seen}`,
      advice: advice.filter(Boolean).join(' '),
    };
  }
}
