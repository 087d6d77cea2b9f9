import {
  addPullSecret,
  type ClusterClient,
  checkPullSecrets,
  type KubeSphereForm,
  nameOf,
  openCluster,
  type PullSecretPlan,
  resources,
  textAt,
  writePullSecret,
} from '@harbor-pilot/cluster';
import { PilotError } from '@harbor-pilot/core';
import type { OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { refuseForks } from '../forks.ts';
import { readKubeconfigInput } from '../kubeconfig-input.ts';
import { type Account, givenAccounts } from '../login/accounts.ts';
import { type PullSecretValues, proveAccounts } from './accounts.ts';
import type { pullSecretStepOutputs } from './inputs.ts';

/** Runs the step `pull-secret`: the registries take the credentials, the cluster is looked at, and then it is written. */
export async function runPullSecret(
  values: PullSecretValues,
  runtime: Runtime,
): Promise<OutputValues<typeof pullSecretStepOutputs>> {
  await refuseForks('pull-secret', values.allowForks, runtime);
  requireSecretName(values.secretName);
  const kubeconfig = await readKubeconfigInput(values, runtime);
  const given = await givenAccounts(values);
  const kubeSphere = kubeSphereForm(values, given);
  const content = { name: values.secretName, accounts: await proveAccounts(given, values, runtime), kubeSphere };
  const client = await openCluster(kubeconfig, values.kubeContext, runtime.clock);
  try {
    const namespaces = await namespacesOf(client, values, runtime.signal);
    const serviceAccounts = values.serviceAccounts.filter((name) => name !== 'none');
    const plan = { content, namespaces, serviceAccounts };
    await checkPullSecrets(client, plan, runtime.signal);
    const changed = await writeAll(client, plan, runtime);
    return { secret: content.name, namespaces: namespaces.join(','), changed: changed.join(',') };
  } finally {
    client.close();
  }
}

// A DNS subdomain as RFC 1123 has it, which Kubernetes wants (docs "Object Names and IDs").
const secretNamePattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The cluster would refuse it, too, but only after everything else. */
function requireSecretName(name: string): void {
  if (name.length <= 253 && secretNamePattern.test(name)) return;
  throw new PilotError('INPUT_INVALID', `"${name}" cannot be the name of a secret`, {
    hint: 'Give small letters, digits, "-" and "." as secret-name, with a letter or a digit first and last.',
  });
}

function kubeSphereForm(values: PullSecretValues, given: readonly Account[]): KubeSphereForm | undefined {
  const { kubesphereCreator: creator, kubesphereInsecure: isInsecure, plainHttp: isPlainHttp } = values;
  if (creator === undefined) {
    if (!isInsecure) return undefined;
    throw new PilotError('INPUT_INVALID', '"kubesphere-insecure" is given, but "kubesphere-creator" is not', {
      hint: 'Give the user of KubeSphere to whom the secret belongs, or leave kubesphere-insecure out.',
    });
  }
  if (given.length === 1) return { creator, isInsecure, isPlainHttp };
  const hosts = given.map(({ host }) => host).join(', ');
  throw new PilotError('INPUT_INVALID', `KubeSphere reads one registry of a secret, but there are several: ${hosts}`, {
    hint: 'Run the step for each registry, each with a secret-name of its own.',
  });
}

async function namespacesOf(
  client: ClusterClient,
  { namespaces = [], namespaceSelector }: PullSecretValues,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (namespaceSelector === undefined) return namespaces.length === 0 ? ['default'] : [...new Set(namespaces)];
  const { items } = await client.list(resources.namespaces, undefined, signal, namespaceSelector);
  // A namespace that is being deleted takes nothing new.
  const selected = items.filter((item) => textAt(item, 'status', 'phase') !== 'Terminating').map(nameOf);
  if (selected.length > 0) return [...new Set([...namespaces, ...selected])];
  throw new PilotError('INPUT_INVALID', `no namespace has the labels ${namespaceSelector}`, {
    hint: 'Look at "kubectl get namespaces --show-labels".',
  });
}

/** Writes in every namespace, also after one of them failed. @returns those in which something changed */
async function writeAll(client: ClusterClient, plan: PullSecretPlan, runtime: Runtime): Promise<readonly string[]> {
  const changed: string[] = [];
  const failures: { readonly namespace: string; readonly error: PilotError }[] = [];
  for (const namespace of plan.namespaces) {
    try {
      if (await writeIn(client, namespace, plan, runtime)) changed.push(namespace);
    } catch (error) {
      if (!(error instanceof PilotError) || runtime.signal.aborted) throw error;
      runtime.warn(`${namespace}: ${error.message}`);
      failures.push({ namespace, error });
    }
  }
  const [first] = failures;
  if (first === undefined) return changed;
  const { code, hint, details } = first.error;
  const all = failures.map(({ namespace, error }) => `${namespace}: ${error.message}`).join('; ');
  const count = `${failures.length} of ${plan.namespaces.length}`;
  throw new PilotError(code, `the pull secret is not complete in ${count} namespaces: ${all}`, {
    ...(hint === undefined ? {} : { hint }),
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
