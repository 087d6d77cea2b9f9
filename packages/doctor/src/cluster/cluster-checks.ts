import { PilotError } from '@harbor-pilot/core';
import type { Check } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { access } from './access.ts';
import { apiServer, namespace, unusable } from './api-server.ts';
import { nodes } from './nodes.ts';
import { pullSecret } from './pull-secret.ts';
import { pullSecretAccount } from './pull-secret-account.ts';
import { pullSecretUse } from './pull-secret-use.ts';
import type { ClusterView } from './view.ts';

/** The checks of the cluster that is to run the image; none when the user named no cluster. */
export function clusterChecks(context: DoctorContext): readonly Check[] {
  const { cluster } = context;
  if (cluster === undefined) return [];
  if (cluster instanceof PilotError) return [unusable(cluster)];
  const view: ClusterView = { context, cluster, accounts: [] };
  const checks = [apiServer, namespace, access, nodes, pullSecret, pullSecretAccount, pullSecretUse];
  return checks.map((make) => make(view));
}
