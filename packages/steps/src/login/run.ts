import { PilotError } from '@harbor-pilot/core';
import { parseHost, parseReference } from '@harbor-pilot/oci';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { keepLogins, type Login } from './docker-config.ts';
import { parseExpiry } from './expiry.ts';
import type { loginStepInputs, loginStepOutputs } from './inputs.ts';
import { parseRegistryAuth } from './registry-auth.ts';
import { type Account, type LoginValues, signIn } from './sign-in.ts';

/** Runs the step `login`: first everybody signs in, then the credentials are kept. */
export async function runLogin(
  values: InputValues<typeof loginStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof loginStepOutputs>> {
  const logins = await signInToAll(await accountsOf(values), values, runtime);
  const kept = await keepLogins(logins, values, runtime);
  const registry = logins.map(({ host }) => host).join(',');
  if (kept === undefined) return { registry };
  runtime.exportVariable('DOCKER_CONFIG', kept.folder);
  runtime.exportVariable('REGISTRY_AUTH_FILE', kept.authFile);
  for (const [name, value] of Object.entries(kept.trust?.variables ?? {})) runtime.exportVariable(name, value);
  return {
    registry,
    dockerConfig: kept.folder,
    registryAuthFile: kept.authFile,
    certsFolder: kept.trust?.certsFolder,
    buildkitdConfig: kept.trust?.buildkitdConfig,
  };
}

/** The accounts of the list; and the one of the other inputs, unless these only say which registry the repository uses. */
async function accountsOf(values: LoginValues): Promise<readonly Account[]> {
  const { registryAuth, username, password } = values;
  const expiry = parseExpiry(values.expiresAt, values.expiryWarningDays);
  const listed = registryAuth === undefined ? [] : await parseRegistryAuth(registryAuth);
  if (listed.length > 0 && username === undefined && password === undefined) return listed;
  const host = hostOf(values);
  if (listed.some((account) => account.host === host)) {
    throw new PilotError('INPUT_INVALID', `${host} is in "registry-auth", and "username" is given for it, too`, {
      hint: 'Give one account for each registry.',
    });
  }
  return [{ host, username, password, expiry }, ...listed];
}

function hostOf({ registry, image }: Pick<LoginValues, 'registry' | 'image'>): string {
  if (registry !== undefined) return parseHost(registry);
  if (image !== undefined) return parseReference(image).registry;
  throw new PilotError('INPUT_INVALID', 'the input "registry" is missing', {
    hint: 'Give the host of the registry, harbor.example.com.',
  });
}

/** All of them, or the errors of all that fail. */
async function signInToAll(
  accounts: readonly Account[],
  values: LoginValues,
  runtime: Runtime,
): Promise<readonly Login[]> {
  const results = await Promise.allSettled(accounts.map((account) => signIn(account, values, runtime)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (failures.length > 0) throw joined(failures);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** The first failure with the words of all. */
function joined(failures: readonly unknown[]): unknown {
  const [first] = failures;
  const known = failures.filter((failure) => failure instanceof PilotError);
  if (!(first instanceof PilotError) || known.length < 2) return first;
  return new PilotError(first.code, known.map(({ message }) => message).join('; '), {
    hint: [...new Set(known.flatMap(({ hint }) => hint ?? []))].join(' '),
    cause: first.cause,
    details: first.details,
  });
}
