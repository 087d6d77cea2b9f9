import { statusOf } from './api-error.ts';
import type { ClusterClient } from './cluster-client.ts';
import { dig, type KubeObject, listAt, nameOf, textAt } from './kube-object.ts';
import { resources } from './resources.ts';

/** A node, as far as it matters to where an image can run. */
export interface ClusterNode {
  readonly name: string;
  /** `linux/amd64`; a node tells no variant. */
  readonly platform: string;
  /** Why it takes no new pods (`cordoned`, `not ready`), or undefined when it does. */
  readonly away: string | undefined;
  /** Keys of the taints that keep pods away that do not tolerate them. */
  readonly taints: readonly string[];
}

/** The nodes of a cluster, or undefined when the account may not list them. */
export async function listNodes(
  client: ClusterClient,
  signal: AbortSignal | undefined,
): Promise<readonly ClusterNode[] | undefined> {
  try {
    return (await client.list(resources.nodes, undefined, signal)).items.map(nodeOf);
  } catch (error) {
    if (statusOf(error) === 403) return undefined;
    throw error;
  }
}

function nodeOf(node: KubeObject): ClusterNode {
  const info = (key: string): string => textAt(node, 'status', 'nodeInfo', key);
  return {
    name: nameOf(node),
    platform: `${info('operatingSystem')}/${info('architecture')}`,
    away: whyAway(node),
    taints: listAt(node, 'spec', 'taints')
      .filter((taint) => ['NoSchedule', 'NoExecute'].includes(textAt(taint, 'effect')))
      .map((taint) => textAt(taint, 'key')),
  };
}

function whyAway(node: KubeObject): ClusterNode['away'] {
  if (dig(node, 'spec', 'unschedulable') === true) return 'cordoned';
  return isReady(node) ? undefined : 'not ready';
}

/** A node that has told nothing yet may be ready at any moment. */
function isReady(node: KubeObject): boolean {
  const condition = listAt(node, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
  return condition === undefined || textAt(condition, 'status') === 'True';
}
