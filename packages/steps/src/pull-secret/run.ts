import { checkPullSecrets, type KubeSphereForm, openCluster } from '@harbor-pilot/cluster';
import { PilotError } from '@harbor-pilot/core';
import type { OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { refuseForks } from '../forks.ts';
import { readKubeconfigInput } from '../kubeconfig-input.ts';
import { type Account, givenAccounts } from '../login/accounts.ts';
import { type PullSecretValues, proveAccounts } from './accounts.ts';
import type { pullSecretStepOutputs } from './inputs.ts';
import { findNamespaces } from './namespaces.ts';
import { writeAll } from './write-all.ts';

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
    const place = await findNamespaces(client, values, runtime.signal);
    const serviceAccounts = values.serviceAccounts.filter((name) => name !== 'none');
    const plan = { content, namespaces: place.namespaces, serviceAccounts };
    await checkPullSecrets(client, plan, runtime.signal);
    const { written, changed } = await writeAll(client, plan, place.isGone, runtime);
    return { secret: content.name, namespaces: written.join(','), changed: changed.join(',') };
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
