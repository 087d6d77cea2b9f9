import { resolve } from 'node:path';
import { PilotError, readPromptly, registerSecret } from '@harbor-pilot/core';
import type { ClientIdentity, HostTrust } from '@harbor-pilot/http';
import { parseHost, parseReference } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import { type AuthorityValues, readAuthority } from './ca-certificate.ts';
import { readKey } from './key-input.ts';

/** What the inputs say about whom to trust, and as whom to be trusted. */
export interface TrustValues extends AuthorityValues {
  readonly registry: string | undefined;
  readonly image?: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly clientKey: string | undefined;
  readonly clientKeyPassword: string | undefined;
  readonly insecure: boolean;
  readonly plainHttp: boolean;
}

/**
 * Makes the trust of each host. Only the registry that the inputs name gets the client certificate, and only for it a
 * check is left out; all the hosts may have a certificate of the authority.
 * @throws PilotError INPUT_INVALID, KEY_INVALID, FILE_UNREADABLE; TLS_UNTRUSTED when the authority has another fingerprint.
 */
export async function readTrust(
  values: TrustValues,
  hosts: readonly string[],
  runtime: Runtime,
): Promise<Readonly<Record<string, HostTrust>>> {
  const { insecure, plainHttp } = values;
  checkPlainHttp(values);
  const named = namedHost(values);
  if (named === undefined && (insecure || plainHttp || values.clientCertificate !== undefined)) throw withoutHost();
  const clientIdentity = await readClientIdentity(values, runtime);
  const caCertificate = await readAuthority(values, named, runtime);
  const shared: HostTrust = caCertificate === undefined ? {} : { caCertificate };
  const own: HostTrust = {
    ...shared,
    ...(insecure ? { insecure } : {}),
    ...(plainHttp ? { plainHttp } : {}),
    ...(clientIdentity === undefined ? {} : { clientIdentity }),
  };
  return Object.fromEntries(hosts.map((host) => [host, host === named ? own : shared]));
}

/**
 * The certificate of the authority that the inputs give, PEM, for a server that is no registry.
 * @throws PilotError what {@link readAuthority} throws.
 */
export function readGivenAuthority(
  values: AuthorityValues & Pick<TrustValues, 'registry' | 'image'>,
  runtime: Runtime,
): Promise<string | undefined> {
  return readAuthority(values, namedHost(values), runtime);
}

function namedHost({ registry, image }: Pick<TrustValues, 'registry' | 'image'>): string | undefined {
  if (registry !== undefined) return parseHost(registry);
  return image === undefined ? undefined : parseReference(image).registry;
}

function withoutHost(): PilotError {
  return new PilotError(
    'INPUT_INVALID',
    'no registry is named that "insecure", "plain-http" or "client-certificate" is for',
    {
      hint: 'Give the input "registry": they never hold for several hosts.',
    },
  );
}

function checkPlainHttp({ plainHttp, insecure, clientCertificate, caCertificate }: TrustValues): void {
  if (!plainHttp) return;
  const pointless = Object.entries({
    insecure,
    'client-certificate': clientCertificate !== undefined,
    'ca-certificate: auto': caCertificate === 'auto',
  }).find(([, isGiven]) => isGiven);
  if (pointless === undefined) return;
  throw new PilotError('INPUT_INVALID', `the inputs "plain-http" and "${pointless[0]}" are both given`, {
    hint: 'Plain HTTP knows no certificates: leave one of them out.',
  });
}

async function readClientIdentity(values: TrustValues, runtime: Runtime): Promise<ClientIdentity | undefined> {
  const { clientCertificate: given, clientKey, clientKeyPassword: password } = values;
  if (given === undefined) {
    if (clientKey === undefined) return undefined;
    throw new PilotError('INPUT_INVALID', 'the input "client-key" is given, but "client-certificate" is not', {
      hint: 'Give the certificate that belongs to the key.',
    });
  }
  const isText = given.includes('-----BEGIN');
  if (isText && given.includes('PRIVATE KEY-----')) registerSecret(given);
  const { parseClientIdentity } = await import('@harbor-pilot/http');
  return parseClientIdentity({
    certificate: isText ? Buffer.from(given) : await readIdentityFile(given, runtime.workspace),
    certificateName: isText ? 'the input "client-certificate"' : given,
    ...(clientKey === undefined ? {} : { key: await readKey(clientKey, runtime) }),
    password,
    now: runtime.clock.now(),
  });
}

function readIdentityFile(path: string, workspace: string): Promise<Buffer> {
  return readPromptly(resolve(workspace, path)).catch((cause: unknown) => {
    throw new PilotError('FILE_UNREADABLE', `the client certificate ${path} cannot be read`, {
      cause,
      hint: 'Give the path of a PEM or PKCS#12 file, or PEM text, as client-certificate.',
    });
  });
}
