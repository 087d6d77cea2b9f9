import { type ClusterClient, nameOf, resources, textAt } from '@harbor-pilot/cluster';
import { PilotError } from '@harbor-pilot/core';
import type { PullSecretValues } from './accounts.ts';

/** The namespaces that get the secret. */
export interface FoundNamespaces {
  readonly namespaces: readonly string[];
  /** Whether one that was found by its labels, and not named, is being deleted by now. */
  isGone(namespace: string): Promise<boolean>;
}

/**
 * Finds the namespaces that the user named, and those that have the labels.
 * @throws PilotError INPUT_INVALID when no namespace has the labels
 */
export async function findNamespaces(
  client: ClusterClient,
  { namespaces: named = [], namespaceSelector }: Pick<PullSecretValues, 'namespaces' | 'namespaceSelector'>,
  signal: AbortSignal,
): Promise<FoundNamespaces> {
  if (namespaceSelector === undefined) {
    return { namespaces: named.length === 0 ? ['default'] : [...new Set(named)], isGone: async () => false };
  }
  const select = async (): Promise<readonly string[]> => {
    const { items } = await client.list(resources.namespaces, undefined, signal, namespaceSelector);
    // A namespace that is being deleted takes nothing new.
    return items.filter((item) => textAt(item, 'status', 'phase') !== 'Terminating').map(nameOf);
  };
  const selected = await select();
  if (selected.length === 0) {
    throw new PilotError('INPUT_INVALID', `no namespace has the labels ${namespaceSelector}`, {
      hint: 'Look at "kubectl get namespaces --show-labels".',
    });
  }
  return {
    namespaces: [...new Set([...named, ...selected])],
    isGone: async (namespace) => !named.includes(namespace) && !(await select()).includes(namespace),
  };
}
