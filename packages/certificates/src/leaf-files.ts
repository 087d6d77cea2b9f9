import { type KeyObject, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { formatTime, PilotError, readFileIfThere } from '@harbor-pilot/core';
import type { CreatedFile } from './created-file.ts';
import { factsOf } from './facts.ts';
import { type Authority, issueLeaf, type LeafRequest, type Validity } from './issue.ts';
import { formatKey, type KeyType, makeKey, readKey } from './keys.ts';
import { readPkcs12, writePkcs12 } from './pkcs12.ts';
import { publicMode, replaceFile, secretMode } from './replace-file.ts';

/** How the certificates of one run are made. */
export interface LeafOptions {
  readonly directory: string;
  readonly authority: Authority;
  readonly keyType: KeyType;
  readonly validity: Validity;
  readonly now: Date;
  /** Make new keys in place of those that are there. */
  readonly force: boolean;
  /** Also write a PKCS#12 file with this password. */
  readonly pkcs12Password?: string;
  /** Serial numbers that are revoked, lower case. */
  readonly revoked: ReadonlySet<string>;
}

/** A certificate that is wanted, and its file's name without an ending. */
export type WantedLeaf = Omit<LeafRequest, 'key'> & { readonly fileName: string };

/**
 * Makes NAME.crt and NAME.key, keeps them while they are good, and renews the certificate with the same key when it is not.
 * @throws PilotError FILE_UNREADABLE, FILE_UNWRITABLE, KEY_INVALID, STATE_CONFLICT when it was revoked.
 */
export async function ensureLeaf(wanted: WantedLeaf, options: LeafOptions): Promise<CreatedFile> {
  const path = join(options.directory, `${wanted.fileName}.crt`);
  const keyPath = join(options.directory, `${wanted.fileName}.key`);
  const present = readCertificate(path, await readFileIfThere(path));
  const presentKey = options.force ? undefined : await readKey(keyPath);
  const why = present === undefined ? undefined : whyRenew(present, presentKey, wanted, options);
  const key = presentKey ?? (await makeKey(options.keyType));
  if (present !== undefined && why === undefined) {
    await ensurePkcs12(wanted.fileName, present, key, options);
    return { path, action: 'kept', expiresAt: present.validToDate };
  }
  if (presentKey === undefined) await replaceFile(keyPath, formatKey(key), secretMode);
  const certificate = await issueLeaf(options.authority, { ...wanted, key }, options.validity);
  await replaceFile(path, certificate, publicMode);
  await ensurePkcs12(wanted.fileName, new X509Certificate(certificate), key, options);
  const { notAfter: expiresAt } = options.validity;
  return why === undefined ? { path, action: 'made', expiresAt } : { path, action: 'renewed', why, expiresAt };
}

function readCertificate(path: string, content: Buffer | undefined): X509Certificate | undefined {
  if (content === undefined) return undefined;
  try {
    return new X509Certificate(content);
  } catch (cause) {
    throw new PilotError('INPUT_INVALID', `${path} is there, and is no certificate`, {
      cause,
      hint: 'Move the file away, or choose another folder.',
    });
  }
}

/** Why a certificate cannot be kept; undefined when it can. */
function whyRenew(
  present: X509Certificate,
  key: KeyObject | undefined,
  wanted: WantedLeaf,
  { authority, now, revoked, force }: LeafOptions,
): string | undefined {
  if (force) return 'a new key is forced';
  if (revoked.has(present.serialNumber.toLowerCase())) {
    throw new PilotError('STATE_CONFLICT', `the certificate ${wanted.fileName}.crt was revoked`, {
      hint: 'Its key may be known to others: --force makes a new key and a new certificate.',
    });
  }
  if (key === undefined) return 'its key was missing';
  if (!present.checkPrivateKey(key)) return 'it was of another key';
  if (!present.verify(new X509Certificate(authority.certificate).publicKey)) return 'it was of another authority';
  const { names, validFrom, expiresAt } = factsOf(present);
  const wantedNames = wanted.names.map(({ value }) => value);
  if (!isSameSet(names, wantedNames)) return 'its names were others';
  // The last third of its life, as ACME clients and cert-manager have it.
  const lifetime = expiresAt.getTime() - validFrom.getTime();
  const isOld = expiresAt.getTime() - now.getTime() < lifetime / 3;
  return isOld ? `it would have ended ${formatTime(expiresAt)}` : undefined;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

async function ensurePkcs12(
  fileName: string,
  certificate: X509Certificate,
  key: KeyObject,
  { directory, authority, pkcs12Password }: LeafOptions,
): Promise<void> {
  if (pkcs12Password === undefined) return;
  const path = join(directory, `${fileName}.p12`);
  const chain = [certificate, new X509Certificate(authority.certificate)];
  const present = await readFileIfThere(path);
  if (present !== undefined && holds(present, pkcs12Password, chain)) return;
  await replaceFile(path, writePkcs12({ certificates: chain, key, name: fileName }, pkcs12Password), secretMode);
}

function holds(content: Buffer, password: string, chain: readonly X509Certificate[]): boolean {
  try {
    const fingerprints = readPkcs12(content, password).map(({ fingerprint256 }) => fingerprint256);
    return chain.every(({ fingerprint256 }) => fingerprints.includes(fingerprint256));
  } catch {
    return false;
  }
}
