import { addPullSecret, type ClusterClient, type PullSecretPlan, writePullSecret } from '@harbor-pilot/cluster';
import { PilotError } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';

/** Namespaces in which the secret is now, and those of them in which something changed. */
export interface WrittenNamespaces {
  readonly written: readonly string[];
  readonly changed: readonly string[];
}

/**
 * Writes in every namespace, also after one of them failed. One that is deleted meanwhile is no failure.
 * @param isGone asked about a namespace that refuses.
 * @throws PilotError the first failure with the words of all.
 */
export async function writeAll(
  client: ClusterClient,
  plan: PullSecretPlan,
  isGone: (namespace: string) => Promise<boolean>,
  runtime: Runtime,
): Promise<WrittenNamespaces> {
  const [written, changed]: [string[], string[]] = [[], []];
  const failures: { readonly namespace: string; readonly error: PilotError }[] = [];
  for (const namespace of plan.namespaces) {
    try {
      if (await writeIn(client, namespace, plan, runtime)) changed.push(namespace);
      written.push(namespace);
    } catch (error) {
      if (!(error instanceof PilotError) || runtime.signal.aborted) throw error;
      if (await isGone(namespace)) {
        runtime.info(`${namespace}: left out, since it is being deleted`);
        continue;
      }
      runtime.warn(`${namespace}: ${error.message}`);
      failures.push({ namespace, error });
    }
  }
  const [first] = failures;
  if (first === undefined) return { written, changed };
  const { code, hint, details } = first.error;
  const all = failures.map(({ namespace, error }) => `${namespace}: ${error.message}`).join('; ');
  const count = `${failures.length} of ${plan.namespaces.length}`;
  throw new PilotError(code, `the pull secret is not complete in ${count} namespaces: ${all}`, {
    hint,
    cause: first.error,
    details,
  });
}

async function writeIn(
  client: ClusterClient,
  namespace: string,
  { content, serviceAccounts }: PullSecretPlan,
  runtime: Runtime,
): Promise<boolean> {
  const { outcome, takenFrom } = await writePullSecret(client, namespace, content, runtime.signal);
  const before = takenFrom.length === 0 ? '' : `, taken over from ${takenFrom.join(', ')}`;
  runtime.info(`${namespace}: secret ${content.name} ${outcome}${before}`);
  let isChanged = outcome !== 'unchanged';
  for (const account of serviceAccounts) {
    const isAdded = await addPullSecret(client, namespace, account, content.name, runtime.signal);
    runtime.info(`${namespace}: service account ${account} ${isAdded ? 'now pulls' : 'pulls'} with it`);
    isChanged ||= isAdded;
  }
  return isChanged;
}
