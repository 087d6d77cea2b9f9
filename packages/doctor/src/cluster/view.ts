import { type PullAccount, statusOf } from '@harbor-pilot/cluster';
import type { Finding } from '../check.ts';
import type { DoctorContext, ExaminedCluster } from '../context.ts';

/** What the checks of a cluster look at, and hand on to each other. */
export interface ClusterView {
  readonly context: DoctorContext;
  readonly cluster: ExaminedCluster;
  /** Set by the check of the pull secret: the accounts in it that are for the registry. */
  accounts: readonly PullAccount[];
}

/** What a reading finds; skipped when the account of the kubeconfig may not read it, which a delivery need not. */
export async function unlessForbidden(what: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    return { status: 'skipped', seen: `the account of the kubeconfig may not read ${what}` };
  }
}
