import { PilotError } from '@harbor-pilot/core';
import type { Harbor } from '@harbor-pilot/harbor';
import { createHttp, type HostTrust, type Http } from '@harbor-pilot/http';
import { parseHost, parseReference, type Reference } from '@harbor-pilot/oci';
import { type Credentials, createRegistry, type Registry } from '@harbor-pilot/registry';
import type { InputValues, Runtime } from '@harbor-pilot/step-kit';
import type { commonInputs } from './common.ts';
import { chooseCredentials, type StoredCredentials } from './credentials.ts';
import { splitRepository } from './split-repository.ts';
import { readTrust, type TrustValues } from './trust.ts';

/** The values of the inputs that every step has. */
export type CommonValues = InputValues<typeof commonInputs>;

/** An image and the registry that it is in. */
export interface RegistryConnection {
  readonly reference: Reference;
  /** First part of the repository: Harbor's project. */
  readonly project: string;
  /** The rest of the repository, as Harbor's API wants it. */
  readonly name: string;
  readonly registry: Registry;
  /** For this registry; undefined when it is spoken to as nobody. */
  readonly credentials: Credentials | undefined;
  readonly isPlainHttp: boolean;
  readonly http: Http;
  /** Credentials of other registries, or of another repository of this one: those that the Docker configuration has. */
  readonly credentialsFor: Registries['credentialsFor'];
  /** Clients with these credentials; also another client of this registry. */
  readonly registryFor: Registries['registryFor'];
}

/** An image and the servers that a step talks to about it. */
export interface Connection extends RegistryConnection {
  readonly harbor: Harbor;
  /** The API of another Harbor, or of this one with the credentials of another repository. */
  harborFor(host: string, repository: string): Harbor;
}

/**
 * Harbor gives an image that its policies block (unsigned, unscanned) only to a Bearer token that may push, and only when
 * the User-Agent has "cosign" in it (Harbor v2.15.2, src/server/middleware/util/util.go, SkipPolicyChecking). Without
 * it nobody could sign or judge an image that has just been pushed.
 */
export const signerAgent = 'harbor-pilot (cosign compatible)';

/**
 * Makes the clients of a step, as {@link openRegistries} does.
 * @param otherHosts registries that the user names besides: they may have a certificate of the same authority.
 * @throws PilotError REFERENCE_INVALID, INPUT_INVALID; and what {@link readTrust} throws.
 */
export async function connect(
  values: CommonValues,
  runtime: Runtime,
  otherHosts: readonly string[] = [],
): Promise<Connection> {
  const { registries, ...connection } = await openImage(values, runtime, otherHosts);
  const { http, trustOf, credentialsFor } = registries;
  const { createHarbor } = await import('@harbor-pilot/harbor');
  const harborFor = (host: string, repository: string): Harbor =>
    createHarbor({
      http,
      host,
      credentials: credentialsFor(host, repository) ?? nobody,
      plainHttp: trustOf(host).plainHttp === true,
    });
  const { registry, repository } = connection.reference;
  return { ...connection, harbor: harborFor(registry, repository), harborFor };
}

/** The same for a step that does without Harbor's API, whose client is not loaded then. */
export async function connectRegistry(values: CommonValues, runtime: Runtime): Promise<RegistryConnection> {
  const { registries, ...connection } = await openImage(values, runtime, []);
  return connection;
}

async function openImage(
  values: CommonValues,
  runtime: Runtime,
  otherHosts: readonly string[],
): Promise<RegistryConnection & { readonly registries: Registries }> {
  const reference = parseImage(values.image, values.registry);
  const { repository } = reference;
  const { project, repository: name } = splitRepository(repository);
  if (project === '') throw withoutProject(values.image);
  const registries = await openRegistries(values, reference.registry, runtime, otherHosts);
  const { http, credentialsFor, registryFor } = registries;
  return {
    reference,
    project,
    name,
    registry: registryFor(reference.registry, repository, signerAgent),
    credentials: credentialsFor(reference.registry, repository),
    credentialsFor,
    isPlainHttp: values.plainHttp,
    http,
    registryFor,
    registries,
  };
}

const nobody: Credentials = { username: '', password: '' };

/** The registries of a step: the given credentials and authority are for one host only. */
export interface Registries {
  readonly http: Http;
  trustOf(host: string): HostTrust;
  /** @param repository may have an account of its own in the Docker configuration. */
  credentialsFor(host: string, repository?: string): Credentials | undefined;
  registryFor(host: string, repository?: string, userAgent?: string): Registry;
}

/**
 * Prepares the registries of a step. Nothing is sent yet, but for the question for the authority (`ca-certificate: auto`).
 * @param otherHosts trusted by the same authority; undefined where no other registry is spoken to: a login that is given
 *   its account is at its first request without what reads those of others.
 * @throws PilotError what {@link readTrust} throws.
 */
export async function openRegistries(
  values: TrustValues & Pick<CommonValues, 'username' | 'password'>,
  host: string,
  runtime: Runtime,
  otherHosts?: readonly string[],
): Promise<Registries> {
  const trust = await readTrust(values, [host, ...(otherHosts ?? [])], runtime);
  const isPlain = (other: string): boolean => trust[other]?.plainHttp === true;
  const isGiven = otherHosts === undefined && values.username !== undefined;
  const stored: StoredCredentials = isGiven
    ? () => undefined
    : (await import('./stored-credentials.ts')).storedCredentials(runtime);
  const http = createHttp({
    environment: runtime.environment,
    clock: runtime.clock,
    warn: runtime.warn,
    trust,
  });
  runtime.onCleanup(async () => http.close());
  const credentialsFor: Registries['credentialsFor'] = (other, repository) =>
    other === host ? chooseCredentials(values, stored, host, repository) : stored(other, repository);
  return {
    http,
    trustOf: (other) => trust[other] ?? {},
    credentialsFor,
    registryFor: (other, repository, userAgent) => {
      const credentials = credentialsFor(other, repository);
      return createRegistry({
        http,
        host: other,
        clock: runtime.clock,
        signal: runtime.signal,
        plainHttp: isPlain(other),
        ...(credentials === undefined ? {} : { credentials }),
        ...(userAgent === undefined ? {} : { userAgent }),
      });
    },
  };
}

/**
 * Reads the image that a user names. The credentials are for the registry: they never go to another one that the image
 * happens to name.
 * @throws PilotError REFERENCE_INVALID; INPUT_INVALID when it is of another registry.
 */
export function parseImage(image: string, registry: string | undefined): Reference {
  const reference = parseReference(image, registry);
  if (registry === undefined || parseHost(registry) === reference.registry) return reference;
  throw new PilotError('INPUT_INVALID', `the registry is ${registry}, but "${image}" names another host`, {
    hint: 'Leave the host out of the image, or the input registry.',
  });
}

function withoutProject(image: string): PilotError {
  return new PilotError('REFERENCE_INVALID', `"${image}" names no project`, {
    hint: 'In Harbor a repository belongs to a project: write it as project/repository.',
  });
}
