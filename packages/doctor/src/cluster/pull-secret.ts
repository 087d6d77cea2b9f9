import {
  accountsFor,
  type KubeObject,
  listAt,
  type PullAccount,
  pullSecretPlace,
  pullSecretType,
  registriesOf,
  resources,
  textAt,
} from '@harbor-pilot/cluster';
import { mayRetry } from '@harbor-pilot/core';
import { createRegistry } from '@harbor-pilot/registry';
import type { Check, Finding } from '../check.ts';
import { type ClusterView, unlessForbidden } from './view.ts';

/** Whether pods of the namespace get a secret that is for the registry. */
export function pullSecret(view: ClusterView): Check {
  return {
    id: 'pull-secret',
    area: 'cluster',
    title: 'pull secret',
    matters: 'Without an entry for the registry, nodes pull as nobody: what is private ends as ImagePullBackOff.',
    needs: ['cluster-namespace'],
    look: (signal) => unlessForbidden(`the secrets of ${view.cluster.namespace}`, () => examine(view, signal)),
  };
}

async function examine(view: ClusterView, signal: AbortSignal): Promise<Finding> {
  const { host, deploy } = view.context;
  const { client, namespace, pullSecret: named } = view.cluster;
  const names = await namesOf(view, signal);
  if (names.length === 0) return withoutSecret(view);
  const problems: string[] = [];
  for (const name of names) {
    const secret = await client.get(pullSecretPlace(namespace, name), signal);
    if (secret === undefined && named !== undefined && deploy !== undefined) {
      const seen = `there is no secret ${name} in the namespace ${namespace} yet: a rollout writes it for ${deploy.username}`;
      return { status: 'skipped', seen };
    }
    const found = judge(secret, name, view);
    if (typeof found === 'string') problems.push(found);
    else view.accounts = [...view.accounts, ...found];
  }
  if (view.accounts.length === 0) return failed(problems.join('; '), view);
  const users = view.accounts.map(({ username }) => username).join(', ');
  return {
    status: 'ok',
    seen: `${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} an entry for ${host}: ${users}`,
    facts: problems,
  };
}

/** The secret that the user named, or those of the service account that pods have unless they name another. */
async function namesOf({ cluster }: ClusterView, signal: AbortSignal): Promise<readonly string[]> {
  const { client, namespace, pullSecret } = cluster;
  if (pullSecret !== undefined) return [pullSecret];
  const account = await client.get({ resource: resources.serviceAccounts, namespace, name: 'default' }, signal);
  return listAt(account, 'imagePullSecrets').map((one) => textAt(one, 'name'));
}

/** The accounts for the registry, or why there is none. */
function judge(
  secret: KubeObject | undefined,
  name: string,
  { context, cluster }: ClusterView,
): readonly PullAccount[] | string {
  if (secret === undefined) return `there is no secret ${name} in the namespace ${cluster.namespace}`;
  const type = textAt(secret, 'type');
  if (type !== pullSecretType) return `the secret ${name} is of the type ${type}, not ${pullSecretType}`;
  const accounts = accountsFor(secret, context.host, context.repository ?? context.project ?? '');
  if (accounts.length > 0) return accounts;
  const others = registriesOf(secret).join(', ') || 'no registry';
  return `the secret ${name} has no entry for ${context.host}, but for ${others}`;
}

/** Nothing is missing where anybody may pull. */
async function withoutSecret(view: ClusterView): Promise<Finding> {
  const { context, cluster } = view;
  const seen = `pods of the service account default in ${cluster.namespace} have no pull secret`;
  const { host, project, repository = `${project}/any`, http, clock, trust } = context;
  if (project === undefined) return { status: 'skipped', seen: `${seen}, and no image is named that needs one` };
  const nobody = createRegistry({ http, host, clock, plainHttp: trust.plainHttp === true });
  const actions = await nobody.allowedActions(repository).catch((error: unknown) => {
    // Why the registry does not answer is for other checks to say.
    if (mayRetry(error)) return 'unknown';
    throw error;
  });
  if (actions === 'unknown') return { status: 'skipped', seen: `${seen}; whether one is needed could not be asked` };
  if (actions === undefined)
    return { status: 'skipped', seen: `${seen}; the registry does not tell whether one is needed` };
  if (actions.includes('pull')) return { status: 'ok', seen: `${seen}; everybody may pull from ${project}` };
  return failed(seen, view);
}

function failed(seen: string, { cluster }: ClusterView): Finding {
  return {
    status: 'failed',
    code: 'AUTH_DENIED',
    seen,
    advice: `Write it with "harbor-pilot pull-secret --namespaces ${cluster.namespace}" and a robot account that may pull.`,
  };
}
