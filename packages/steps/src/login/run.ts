import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import type { Credentials } from '@harbor-pilot/registry';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { openRegistries } from '../connect.ts';
import type { loginStepInputs, loginStepOutputs } from './inputs.ts';

/** Runs the step `login`. */
export async function runLogin(
  values: InputValues<typeof loginStepInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof loginStepOutputs>> {
  const { registry: host } = values;
  if (host === undefined) {
    throw new PilotError('INPUT_INVALID', 'the input "registry" is missing', {
      hint: 'Give the host of the registry, harbor.example.com.',
    });
  }
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

/** Where the credentials are kept: the given folder; on GitHub a private one for the job; elsewhere nowhere. */
async function dockerConfigFolder(given: string | undefined, runtime: Runtime): Promise<string | undefined> {
  if (given !== undefined) return resolve(runtime.workspace, given);
  const base = runtime.environment.RUNNER_TEMP;
  if (runtime.name !== 'github' || base === undefined) return undefined;
  const folder = await mkdtemp(join(base, 'harbor-pilot-docker-'));
  runtime.removeAfterJob(folder);
  return folder;
}

async function writeDockerConfig(folder: string, host: string, { username, password }: Credentials): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const path = join(folder, 'config.json');
  await rm(path, { force: true });
  await writeFile(path, JSON.stringify({ auths: { [host]: { auth } } }, undefined, 2), { mode: 0o600 });
}
