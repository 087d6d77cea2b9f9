import { PilotError } from '@harbor-pilot/core';
import type { DeployAccount, DoctorContext, ExaminedCluster } from '@harbor-pilot/doctor';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp, type HostTrust } from '@harbor-pilot/http';
import { parseHost, type Reference } from '@harbor-pilot/oci';
import { type Credentials, createRegistry, type RegistryOptions } from '@harbor-pilot/registry';
import { type InputValues, missingInput, type Runtime } from '@harbor-pilot/step-kit';
import { commonInputs } from '../common.ts';
import { parseImage, signerAgent } from '../connect.ts';
import { chooseCredentials } from '../credentials.ts';
import { missingCredentials } from '../login/missing-credentials.ts';
import { storedCredentials } from '../stored-credentials.ts';
import { readTrust } from '../trust.ts';
import type { doctorStepInputs } from './inputs.ts';

/** The values of the inputs of the step `doctor`. */
export type DoctorValues = InputValues<typeof doctorStepInputs>;

/** A diagnosis is wanted soon, and of what happens now: nothing is tried for long. */
const impatient = { attempts: 2, waitSeconds: 3, longestDelaySeconds: 2, idleSeconds: 20, totalSeconds: 40 } as const;

/**
 * Makes all that the checks look at.
 * @throws PilotError INPUT_INVALID, REFERENCE_INVALID, FILE_UNREADABLE and others for inputs that cannot be used.
 */
export async function openContext(values: DoctorValues, runtime: Runtime): Promise<DoctorContext> {
  const { environment, clock, signal } = runtime;
  const { host, reference } = subjectOf(values);
  const trust = await trustOf(values, host, runtime);
  const http = createHttp({ environment, clock, trust: { [host]: trust }, warn: runtime.warn, policy: impatient });
  runtime.onCleanup(async () => http.close());
  const credentials = await credentialsOf(values, host, reference?.repository, runtime);
  const client = { http, host, clock, signal, plainHttp: values.plainHttp };
  const deploy = deployAccount(values, client, runtime);
  const cluster = await examinedCluster(values, runtime);
  return {
    host,
    ...(reference === undefined ? {} : placeOf(reference)),
    platforms: values.platforms,
    trust,
    environment,
    http,
    registry: createRegistry({
      ...client,
      userAgent: signerAgent,
      ...(credentials === undefined ? {} : { credentials }),
    }),
    harbor: createHarbor({ ...client, credentials: credentials ?? { username: '', password: '' } }),
    mayPush: values.pushCheck,
    clock,
    ...(credentials === undefined ? {} : { credentials }),
    ...(deploy === undefined ? {} : { deploy }),
    ...(cluster === undefined ? {} : { cluster }),
  };
}

function subjectOf({ registry, image }: DoctorValues): { readonly host: string; readonly reference?: Reference } {
  if (image !== undefined) {
    const reference = parseImage(image, registry);
    return { host: reference.registry, reference };
  }
  if (registry === undefined) throw missingInput('registry', commonInputs.registry);
  return { host: parseHost(registry) };
}

function placeOf({
  repository,
  tag,
  digest,
}: Reference): Pick<DoctorContext, 'project' | 'repository' | 'tagOrDigest'> {
  const [project = repository] = repository.split('/');
  const tagOrDigest = digest ?? tag;
  return {
    project,
    ...(project === repository ? {} : { repository }),
    ...(tagOrDigest === undefined ? {} : { tagOrDigest }),
  };
}

/** When Harbor cannot even be asked for its authority, the checks tell why. */
async function trustOf(values: DoctorValues, host: string, runtime: Runtime): Promise<HostTrust> {
  const read = async (trusted: DoctorValues): Promise<HostTrust> =>
    (await readTrust({ ...trusted, registry: host }, [host], runtime))[host] ?? {};
  try {
    return await read(values);
  } catch (error) {
    const isAboutServer = error instanceof PilotError && error.exitCode === 4;
    if (values.caCertificate !== 'auto' || !isAboutServer) throw error;
    runtime.warn(`the authority of ${host} is not known: ${error.message}`);
    return read({ ...values, caCertificate: undefined, caFingerprint: undefined });
  }
}

async function credentialsOf(
  values: DoctorValues,
  host: string,
  repository: string | undefined,
  runtime: Runtime,
): Promise<Credentials | undefined> {
  const { username, password } = values;
  if (username !== undefined && password === undefined) throw await missingCredentials(host, username, runtime);
  return chooseCredentials(values, storedCredentials(runtime), host, repository);
}

function deployAccount(
  { pullUsername: username, pullPassword: password }: DoctorValues,
  client: RegistryOptions,
  runtime: Runtime,
): DeployAccount | undefined {
  if (username === undefined) return undefined;
  if (password === undefined) {
    runtime.warn(`${username}, with which the nodes pull, is not examined: there is no "pull-password"`);
    return undefined;
  }
  return { username, registry: createRegistry({ ...client, credentials: { username, password } }) };
}

async function examinedCluster(
  values: DoctorValues,
  runtime: Runtime,
): Promise<ExaminedCluster | PilotError | undefined> {
  if (values.kubeconfig === undefined && (runtime.environment.KUBECONFIG ?? '') === '') return undefined;
  return openClusterOf(values, runtime).catch((error: unknown) => {
    if (error instanceof PilotError) return error;
    throw error;
  });
}

async function openClusterOf(values: DoctorValues, runtime: Runtime): Promise<ExaminedCluster> {
  // What reads YAML is larger than all the rest.
  const { readKubeconfigInput } = await import('../kubeconfig-input.ts');
  const { openCluster } = await import('@harbor-pilot/cluster');
  const kubeconfig = await readKubeconfigInput(values, runtime);
  const client = await openCluster(kubeconfig, values.kubeContext, runtime.clock);
  runtime.onCleanup(async () => client.close());
  const { namespace, pullSecret } = values;
  return { client, namespace, ...(pullSecret === undefined ? {} : { pullSecret }) };
}
