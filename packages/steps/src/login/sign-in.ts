import type { Registry } from '@harbor-pilot/registry';
import type { InputValues, Runtime } from '@harbor-pilot/step-kit';
import { type AccountPlace, placeOfAccount } from '../account-place.ts';
import { openRegistries } from '../connect.ts';
import type { Account } from './accounts.ts';
import type { Login } from './docker-config.ts';
import { type Expiry, expiryWarning, refusedAfterExpiry } from './expiry.ts';
import type { loginStepInputs } from './inputs.ts';

/** The values of the inputs. */
export type LoginValues = InputValues<typeof loginStepInputs>;

/**
 * Has a registry check the credentials, and tells who that is, what the account may do, and that it soon expires.
 * @throws PilotError INPUT_INVALID without a password; AUTH_FAILED, ROBOT_REFUSED when they are refused.
 */
export async function signIn(account: Account, values: LoginValues, runtime: Runtime): Promise<Login> {
  const { host, username, password, expiry } = account;
  const registries = await openRegistries({ ...values, username, password }, host, runtime);
  const credentials = username !== undefined && password === undefined ? undefined : registries.credentialsFor(host);
  if (credentials === undefined) {
    const { missingCredentials } = await import('./missing-credentials.ts');
    throw await missingCredentials(host, username, runtime);
  }
  runtime.mask(credentials.password);
  runtime.mask(`${credentials.username}:${credentials.password}`);
  const registry = registries.registryFor(host);
  const now = runtime.clock.now();
  const isChecked = await registry.ping().catch((error: unknown) => {
    throw expiry === undefined ? error : refusedAfterExpiry(error, expiry, now);
  });
  if (isChecked) runtime.info(`${host} accepts ${credentials.username}`);
  else
    runtime.warn(`${host} wants no credentials: whether it would take those of ${credentials.username} is not known`);
  await showRights(registry, placeOfAccount(values, host, credentials.username), runtime);
  const known = expiry ?? (await askBroker(account, values, runtime));
  const warning = known === undefined ? undefined : expiryWarning(known, credentials.username, now);
  if (warning !== undefined) runtime.warn(warning);
  return { host, credentials, trust: registries.trustOf(host) };
}

/** Only of the account of the inputs, which are those for a broker, too. */
async function askBroker(
  { host, username }: Account,
  values: LoginValues,
  runtime: Runtime,
): Promise<Expiry | undefined> {
  if (values.brokerUsername === undefined || username === undefined || username !== values.username) return undefined;
  return (await import('./broker-expiry.ts')).findExpiry(username, values, host, runtime);
}

async function showRights(registry: Registry, place: AccountPlace | undefined, runtime: Runtime): Promise<void> {
  const actions = place === undefined ? undefined : await registry.allowedActions(place.repository);
  if (place === undefined || actions === undefined) return;
  if (actions.length > 0) return runtime.info(`  it may ${actions.join(', ')} in ${place.name}`);
  runtime.warn(`the account may do nothing in ${place.name}: there is no such project, or it has no rights there`);
}
