import { mkdir, mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asObject, PilotError, unwritable } from '@harbor-pilot/core';
import { parseHost, parseReference } from '@harbor-pilot/oci';
import type { Credentials } from '@harbor-pilot/registry';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { openRegistries } from '../connect.ts';
import { readIfThere, writeWhole } from '../user-files.ts';
import type { loginStepInputs, loginStepOutputs } from './inputs.ts';

/** Runs the step `login`. */
export async function runLogin(
  values: InputValues<typeof loginStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof loginStepOutputs>> {
  const host = hostOf(values);
  const { credentialsFor, registryFor } = await openRegistries(values, host, runtime);
  const credentials = credentialsFor(host);
  if (credentials === undefined) {
    throw new PilotError('INPUT_INVALID', `there are no credentials for ${host}`, {
      hint: 'Give username, and password as a secret (the variable HARBOR_PILOT_PASSWORD, or standard input).',
    });
  }
  await registryFor(host).ping();
  runtime.info(`${host} accepts ${credentials.username}`);
  const folder = await dockerConfigFolder(values.dockerConfig, runtime);
  if (folder === undefined) return { registry: host };
  await writeDockerConfig(folder, host, credentials);
  runtime.exportVariable('DOCKER_CONFIG', folder);
  return { registry: host, dockerConfig: folder };
}

function hostOf({ registry, image }: Pick<InputValues<typeof loginStepInputs>, 'registry' | 'image'>): string {
  if (registry !== undefined) return parseHost(registry);
  if (image !== undefined) return parseReference(image).registry;
  throw new PilotError('INPUT_INVALID', 'the input "registry" is missing', {
    hint: 'Give the host of the registry, harbor.example.com.',
  });
}

/** Where the credentials are kept: the given folder; on GitHub a private one for the job; elsewhere nowhere. */
async function dockerConfigFolder(given: string | undefined, runtime: Runtime): Promise<string | undefined> {
  if (given !== undefined) return resolve(runtime.workspace, given);
  const base = runtime.environment.RUNNER_TEMP;
  if (runtime.name !== 'github' || base === undefined) return undefined;
  const folder = await mkdtemp(join(base, 'harbor-pilot-docker-'));
  runtime.removeAfterJob(folder);
  return folder;
}

/** Adds the credentials to a Docker configuration; what else is in it stays. A folder that is made here is for nobody else to read. */
async function writeDockerConfig(folder: string, host: string, { username, password }: Credentials): Promise<void> {
  const path = join(folder, 'config.json');
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(unwritable(folder));
  const before = asObject(parseConfig(await readIfThere(path), path)) ?? {};
  const config = {
    ...before,
    auths: { ...asObject(before.auths), [host]: { auth } },
    // A credential store would win over the file, unless this host has none.
    ...(before.credsStore === undefined ? {} : { credHelpers: { ...asObject(before.credHelpers), [host]: '' } }),
  };
  await writeWhole(path, JSON.stringify(config, undefined, 2), 0o600);
}

function parseConfig(text: string | undefined, path: string): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch (cause) {
    throw new PilotError('FILE_UNREADABLE', `${path} is not JSON`, {
      cause,
      hint: 'Repair it, or name another folder.',
    });
  }
}
