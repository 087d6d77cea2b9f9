import { PilotError } from '@harbor-pilot/core';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { type Account, givenAccounts, hostOf } from './accounts.ts';
import type { Login } from './docker-config.ts';
import { parseExpiry } from './expiry.ts';
import type { loginStepInputs, loginStepOutputs } from './inputs.ts';
import type { JobRobot } from './mint.ts';
import { type LoginValues, signIn } from './sign-in.ts';

/** Runs the step `login`: first everybody signs in, then the credentials are kept. */
export async function runLogin(
  values: InputValues<typeof loginStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof loginStepOutputs>> {
  const given = await accountsOf(values);
  const robot = wantsRobot(values) ? await mint(values, runtime) : undefined;
  const logins = await signInToAll(robot === undefined ? given : [robot.account, ...given], values, runtime);
  const { keepLogins } = await import('./docker-config.ts');
  const kept = await keepLogins(logins, values, runtime);
  const registry = logins.map(({ host }) => host).join(',');
  if (kept === undefined) return { registry };
  const robotOutputs = await robot?.keep(kept.folder);
  runtime.exportVariable('DOCKER_CONFIG', kept.folder);
  runtime.exportVariable('REGISTRY_AUTH_FILE', kept.authFile);
  for (const [name, value] of Object.entries(kept.trust?.variables ?? {})) runtime.exportVariable(name, value);
  return {
    registry,
    dockerConfig: kept.folder,
    registryAuthFile: kept.authFile,
    certsFolder: kept.trust?.certsFolder,
    buildkitdConfig: kept.trust?.buildkitdConfig,
    caBundle: kept.trust?.variables.SSL_CERT_FILE,
    ...robotOutputs,
  };
}

/**
 * Whether the job is to have a robot account of its own. The password of a broker alone does not say so, since all jobs of
 * a project may have it; nor does a broker beside another account, of which it tells when that expires.
 */
function wantsRobot({ brokerUsername, robotPreset, username, password }: LoginValues): boolean {
  return robotPreset !== undefined || (brokerUsername !== undefined && (username ?? password) === undefined);
}

async function mint(values: LoginValues, runtime: Runtime): Promise<JobRobot> {
  const { privateBase } = await import('./docker-config.ts');
  if (values.dockerConfig === undefined && privateBase(runtime) === undefined) {
    throw new PilotError('INPUT_INVALID', 'there is no folder to keep the robot account of the job in', {
      hint: 'Name one in docker-config, which logout gets, too.',
    });
  }
  return (await import('./mint.ts')).mintRobot(values, hostOf(values), runtime);
}

async function accountsOf(values: LoginValues): Promise<readonly Account[]> {
  const expiry = parseExpiry(values.expiresAt, values.expiryWarningDays);
  const isRobotWanted = wantsRobot(values);
  const accounts = await givenAccounts(values, { expiry, isOtherWanted: isRobotWanted });
  if (!isRobotWanted || (values.username ?? values.password) === undefined) return accounts;
  throw new PilotError(
    'INPUT_INVALID',
    `an account of ${hostOf(values)} is given, and one that is to make another for the job`,
    { hint: 'Leave out username and password, or robot-preset.' },
  );
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
