import type { PullAccount } from '@harbor-pilot/cluster';
import { PilotError } from '@harbor-pilot/core';
import type { Credentials, Registry } from '@harbor-pilot/registry';
import type { InputValues, Runtime } from '@harbor-pilot/step-kit';
import { placeOfAccount } from '../account-place.ts';
import { openRegistries } from '../connect.ts';
import { identityTokenUser } from '../credentials.ts';
import type { Account } from '../login/accounts.ts';
import { isNameOfSomeJob } from '../login/job-robot.ts';
import { missingCredentials } from '../login/missing-credentials.ts';
import type { pullSecretStepInputs } from './inputs.ts';

/** The values of the inputs. */
export type PullSecretValues = InputValues<typeof pullSecretStepInputs>;

/**
 * Has each registry take its account for pulling: no secret is written that cannot pull.
 * @throws PilotError INPUT_INVALID; AUTH_FAILED, ROBOT_REFUSED; AUTH_DENIED when an account may not pull.
 */
export async function proveAccounts(
  given: readonly Account[],
  values: PullSecretValues,
  runtime: Runtime,
): Promise<readonly PullAccount[]> {
  const accounts: PullAccount[] = [];
  for (const account of given) accounts.push(await prove(account, values, runtime));
  return accounts;
}

async function prove(given: Account, values: PullSecretValues, runtime: Runtime): Promise<PullAccount> {
  const { host, username, password } = given;
  const registries = await openRegistries({ ...values, username, password }, host, runtime);
  const credentials = username !== undefined && password === undefined ? undefined : registries.credentialsFor(host);
  if (credentials === undefined) throw await missingCredentials(host, username, runtime);
  requireLasting(credentials, host);
  runtime.mask(credentials.password);
  const registry = registries.registryFor(host);
  await registry.ping();
  await requirePull(registry, credentials, values, runtime);
  return { registry: host, ...credentials };
}

/** What a login left may be no account of the nodes: those pull on when the job and its token are gone. */
function requireLasting({ username }: Credentials, host: string): void {
  const hint = 'Give username and password of a robot account that may only pull.';
  if (username === identityTokenUser) {
    const message = `the login of ${host} is an identity token, with which nodes cannot pull`;
    throw new PilotError('INPUT_INVALID', message, { hint });
  }
  if (isNameOfSomeJob(username)) {
    const message = `${username} is deleted when its job ends: nodes could not pull with it any more`;
    throw new PilotError('INPUT_INVALID', message, { hint });
  }
}

/** Has the registry say that the account may pull, where it can be asked about a repository and tells it. */
async function requirePull(
  registry: Registry,
  { username }: Credentials,
  values: PullSecretValues,
  runtime: Runtime,
): Promise<void> {
  const { host } = registry;
  const place = placeOfAccount(values, host, username);
  const actions = place === undefined ? undefined : await registry.allowedActions(place.repository);
  if (place === undefined) {
    runtime.info(`${host} accepts ${username}; to know whether it may pull, name an image`);
  } else if (actions === undefined) {
    runtime.info(`${host} accepts ${username}, and does not tell what it may pull`);
  } else if (!actions.includes('pull')) {
    throw new PilotError('AUTH_DENIED', `${username} may not pull from ${place.name} at ${host}`, {
      hint: 'Nothing was written. Give the robot account "repository: pull" in this project, or correct the input image.',
    });
  } else {
    runtime.info(`${host} accepts ${username}, which may pull from ${place.name}`);
    if (actions.includes('push')) runtime.warn(`${username} may push to ${place.name}, too: nodes need to pull only`);
  }
}
