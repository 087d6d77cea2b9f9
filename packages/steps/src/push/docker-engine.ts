import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asNumber, asObject, PilotError, unwritable } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';
// The only module that knows this library; it is heavy, so load this one by import() when an image of the engine is wanted.
import Docker, { type DockerOptions } from 'dockerode';

type Environment = Runtime['environment'];

/** An engine may prepare all of a large image before it sends the first byte. */
const idleSeconds = 600;

// The library puts the name into a URL as it is.
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/;

/**
 * Saves an image of the Docker engine into a file, as `docker save` does. The bytes go through, not into memory.
 * @param image `name:tag`, or the id of an image.
 * @param path made or written over.
 * @throws PilotError REFERENCE_NOT_FOUND when the engine has no such image; NETWORK_UNREACHABLE when there is no engine;
 *   or it breaks off; FILE_UNWRITABLE; ANSWER_UNEXPECTED when it refuses; INPUT_INVALID when DOCKER_HOST cannot be used.
 */
export async function saveFromEngine(image: string, path: string, runtime: Runtime): Promise<void> {
  if (!namePattern.test(image)) {
    throw new PilotError('INPUT_INVALID', `"${image}" is no name of an image`, { hint: 'Write docker://name:tag.' });
  }
  const { environment, signal } = runtime;
  const docker = new Docker({ ...(await engineOptions(environment)), timeout: idleSeconds * 1000 });
  const answer = docker
    .getImage(image)
    .get()
    .catch((cause: unknown) => {
      throw engineError(cause, image, environment);
    });
  await pipeline(await untilAborted(answer, signal), createWriteStream(path), { signal })
    .catch(unwritable(path))
    .catch((cause: unknown) => {
      signal.throwIfAborted();
      throw cause instanceof PilotError ? cause : brokenOff(cause, image);
    });
}

/** The library takes no signal here. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Where the engine is, by the variables of Docker's own command line (docs.docker.com/reference/cli/docker, "Environment
 * variables"). Nothing said: where the library finds it on this system.
 */
async function engineOptions(environment: Environment): Promise<DockerOptions> {
  const address = environment.DOCKER_HOST ?? '';
  if (address === '') return {};
  const [, scheme, rest = ''] = /^(unix|npipe|tcp|https?):\/\/(.+)$/.exec(address) ?? [];
  if (scheme === 'unix' || scheme === 'npipe') return { socketPath: rest, host: '' };
  const url = URL.parse(`http://${rest}`);
  if (scheme === undefined || url === null) {
    throw new PilotError('INPUT_INVALID', `DOCKER_HOST is "${address}"`, {
      hint: 'Write unix:///path/of/docker.sock or tcp://host:port. Forward an engine behind SSH with: ssh -L docker.sock:/var/run/docker.sock.',
    });
  }
  const isTls = scheme === 'https' || (environment.DOCKER_TLS_VERIFY ?? '') !== '';
  return {
    protocol: isTls ? 'https' : 'http',
    host: url.hostname,
    port: url.port || (isTls ? 2376 : 2375),
    ...(isTls ? await clientCertificate(environment) : {}),
  };
}

async function clientCertificate(environment: Environment): Promise<DockerOptions> {
  const folder = environment.DOCKER_CERT_PATH ?? join(environment.HOME ?? '', '.docker');
  const read = (name: string): Promise<string> =>
    readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
      throw new PilotError('FILE_UNREADABLE', `${join(folder, name)} cannot be read`, {
        cause,
        hint: 'DOCKER_TLS_VERIFY is set: DOCKER_CERT_PATH must be a folder with ca.pem, cert.pem and key.pem.',
      });
    });
  return { ca: await read('ca.pem'), cert: await read('cert.pem'), key: await read('key.pem') };
}

function brokenOff(cause: unknown, image: string): PilotError {
  return new PilotError('NETWORK_UNREACHABLE', `the Docker engine broke off before all of ${image} was there`, {
    cause,
    hint: 'Look at the log of the engine: its disk may be full, or it was stopped.',
  });
}

function engineError(cause: unknown, image: string, environment: Environment): PilotError {
  const status = asNumber(asObject(cause)?.statusCode);
  if (status === 404) {
    return new PilotError('REFERENCE_NOT_FOUND', `the Docker engine has no image ${image}`, {
      cause,
      hint: 'Look at "docker image ls". Build or pull the image first, in the same engine.',
    });
  }
  const address = environment.DOCKER_HOST ?? 'its default socket';
  if (status === undefined) {
    return new PilotError('NETWORK_UNREACHABLE', `the Docker engine does not answer at ${address}`, {
      cause,
      hint: 'Start it, set DOCKER_HOST, and see that this user may use its socket.',
    });
  }
  return new PilotError('ANSWER_UNEXPECTED', `the Docker engine answered ${status} for the image ${image}`, {
    cause,
    hint: 'The cause is in the words of the engine.',
  });
}
