import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PilotError, registerSecret } from '@harbor-pilot/core';
import type { Http } from '@harbor-pilot/http';
import { parseReference } from '@harbor-pilot/oci';
import {
  createIdentitySource,
  createKeylessSigner,
  type IdentitySource,
  identityHint,
  identityVariable,
  type KeylessSigner,
  mayAskGitHub,
  openWitnesses,
  parseSigningConfig,
  publicSigningConfig,
  readGitHubIdentity,
  type SignatureFormat,
  type SigningConfig,
  type Witness,
} from '@harbor-pilot/sign';
import type { InputValues, Runtime, SignaturePart } from '@harbor-pilot/step-kit';
import { type CommonValues, openRegistries } from '../connect.ts';
import { readNamed } from '../named-file.ts';
import type { serviceInputs } from './inputs.ts';
import { isKeyless } from './who-signs.ts';

/** The inputs about services of Sigstore, and those that say how to reach a server. */
export type ServiceValues = InputValues<typeof serviceInputs> & CommonValues;

/** The services of Sigstore that take part in signing. */
export interface SigningServices {
  /** Logs and timestamp authorities; none for a key without a signing configuration. */
  readonly witnesses: readonly Witness[];
  /** What testifies to a signature of a form. */
  witnessedBy(format: SignatureFormat): NonNullable<SignaturePart['witnessedBy']>;
  /** Asks for a certificate, which is valid for minutes only; undefined when a key signs. */
  readonly openSigner: (() => Promise<KeylessSigner>) | undefined;
}

/**
 * Reads what the services need: the signing configuration, and the identity token, so that a bad one is known before
 * anything else happens.
 * @throws PilotError TRUST_ROOT_INVALID, IDENTITY_TOKEN_INVALID, INPUT_INVALID, FILE_UNREADABLE; SIGSTORE_UNAVAILABLE when
 *   GitHub gives no token.
 */
export async function planServices(values: ServiceValues, runtime: Runtime): Promise<SigningServices> {
  const config = await readConfig(values, runtime);
  if (config === undefined) return { witnesses: [], witnessedBy: () => [], openSigner: undefined };
  const { clock, signal } = runtime;
  const { registry } = parseReference(values.image, values.registry);
  const { http } = await openRegistries(values, registry, runtime, hostsOf(config, runtime));
  const witnesses = openWitnesses(config, http, clock.now());
  const witnessedBy: SigningServices['witnessedBy'] = (format) => {
    // A classic signature has no room for what Rekor 2 says.
    const logs = config.logs.filter(({ apiVersion }) => format === 'bundle' || apiVersion === 1);
    return [
      ...(logs.length > 0 ? (['transparency-log'] as const) : []),
      ...(config.timestampAuthorities.length > 0 ? (['timestamp'] as const) : []),
    ];
  };
  if (!isKeyless(values)) return { witnesses, witnessedBy, openSigner: undefined };
  const identity = openIdentity(values, http, runtime);
  await identity.token(signal);
  return { witnesses, witnessedBy, openSigner: () => createKeylessSigner({ http, config, identity, clock, signal }) };
}

async function readConfig(values: ServiceValues, runtime: Runtime): Promise<SigningConfig | undefined> {
  const { signingConfig: path } = values;
  if (path === undefined) return isKeyless(values) ? publicSigningConfig : undefined;
  return parseSigningConfig((await readNamed(path, runtime.workspace)).toString('utf8'), path);
}

/** All that are talked to: they may have a certificate of the same authority as the registry. */
function hostsOf(config: SigningConfig, { environment }: Runtime): readonly string[] {
  const services = [...config.certificateAuthorities, ...config.logs, ...config.timestampAuthorities];
  const urls = [...services.map(({ url }) => url), environment.ACTIONS_ID_TOKEN_REQUEST_URL ?? ''];
  return urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).host] : []));
}

/** Where the token comes from: what is given, the variable that cosign reads, or GitHub. */
function openIdentity(
  { identityToken: given, oidcAudience: audience }: ServiceValues,
  http: Http,
  runtime: Runtime,
): IdentitySource {
  const { environment, clock, mask } = runtime;
  const source = (origin: string, hint: string, read: (signal: AbortSignal | undefined) => Promise<string>) =>
    createIdentitySource({ origin, hint, read, audience, clock, mask: (secret) => mask(secret) });
  const fromVariable = (name: string) =>
    source(`the variable ${name}`, identityHint(runtime.name, audience), async () => environment[name] ?? '');
  if (given !== undefined) {
    refuseToken(given);
    if (given.startsWith('env://')) return fromVariable(given.slice('env://'.length));
    const path = resolve(runtime.workspace, given);
    return source(`the file ${given}`, identityHint(runtime.name, audience), () => readTokenFile(given, path));
  }
  if ((environment[identityVariable] ?? '') !== '') return fromVariable(identityVariable);
  if (runtime.name === 'github' || mayAskGitHub(environment)) {
    const read = (signal: AbortSignal | undefined) => readGitHubIdentity({ http, environment, audience }, signal);
    return source('GitHub Actions', identityHint('github', audience), read);
  }
  throw new PilotError('IDENTITY_TOKEN_INVALID', 'there is no identity token to sign with', {
    hint: identityHint(runtime.name, audience),
  });
}

async function readTokenFile(name: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PilotError('IDENTITY_TOKEN_INVALID', `the identity token ${name} cannot be read`, {
      cause,
      hint: 'Give the path of a file that holds the token, or env://NAME for a variable that does.',
    });
  });
}

/** What a JSON Web Token looks like, wherever it stands in a text: the first part of it is an object, `{"…`. */
const tokenShape = /e[yw][\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)+/;

/** A token as the value itself would stand in the list of processes, and in the log of the CI. */
function refuseToken(value: string): void {
  const token = tokenShape.exec(value)?.[0];
  if (token === undefined) return;
  registerSecret(token);
  throw new PilotError('INPUT_INVALID', 'the input "identity-token" is a token, where its place is wanted', {
    hint: 'Put it into a variable and give env://NAME, or into a file and give its path. Whoever has seen this token can sign with it until it expires.',
  });
}
