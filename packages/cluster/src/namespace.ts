import { statusOf } from './api-error.ts';
import type { ClusterClient } from './cluster-client.ts';
import { resources } from './resources.ts';

/** Whether a namespace exists; true also where the account may not look, as accounts of one namespace often may not. */
export async function namespaceExists(
  client: ClusterClient,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return (await client.get({ resource: resources.namespaces, name }, signal)) !== undefined;
  } catch (error) {
    if (statusOf(error) === 403) return true;
    throw error;
  }
}
