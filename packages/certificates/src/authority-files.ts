import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { formatTime, PilotError, readFileIfThere } from '@harbor-pilot/core';
import type { CreatedFile } from './created-file.ts';
import { type Authority, issueAuthority, renewAuthority, type Validity } from './issue.ts';
import { formatKey, type KeyType, makeKey, readKey } from './keys.ts';
import { publicMode, replaceFile, secretMode } from './replace-file.ts';

/** What an authority has to be when there is none yet, and how long it must last. */
export interface AuthorityRequest {
  readonly commonName: string;
  readonly keyType: KeyType;
  readonly validity: Validity;
  /** The end of the certificates that it is to sign: none outlives its authority. */
  readonly neededUntil: Date;
}

const certificateName = 'ca.crt';
const keyName = 'ca.key';

/**
 * The authority of a folder, or undefined when there is none: `ca.crt` and `ca.key`.
 * @throws PilotError FILE_UNREADABLE, KEY_INVALID
 */
export async function readAuthority(directory: string): Promise<Authority | undefined> {
  const [path, keyPath] = [join(directory, certificateName), join(directory, keyName)];
  const [certificate, key] = [(await readFileIfThere(path))?.toString(), await readKey(keyPath)];
  if (certificate === undefined) return undefined;
  if (key === undefined) {
    throw new PilotError('FILE_UNREADABLE', `${path} is there, but its key ${keyPath} is not`, {
      hint: 'Put the key back, or choose an empty folder for a new authority.',
    });
  }
  if (!isAuthorityOf(certificate, key)) {
    throw new PilotError('KEY_INVALID', `${path} is no certificate of an authority with the key ${keyPath}`, {
      hint: 'Put the two files that belong together there, or choose an empty folder for a new authority.',
    });
  }
  return { certificate, key };
}

function isAuthorityOf(pem: string, key: Authority['key']): boolean {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.ca && certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
}

/**
 * Makes an authority where there is none, keeps the one that is there, and renews its certificate, with the same key, when it
 * would end too early.
 * @throws PilotError FILE_UNREADABLE, FILE_UNWRITABLE, KEY_INVALID, INPUT_INVALID
 */
export async function ensureAuthority(
  directory: string,
  request: AuthorityRequest,
): Promise<{ readonly authority: Authority; readonly file: CreatedFile }> {
  const path = join(directory, certificateName);
  const present = await readAuthority(directory);
  if (present === undefined) {
    const presentKey = await readKey(join(directory, keyName));
    const key = presentKey ?? (await makeKey(request.keyType));
    if (presentKey === undefined) await replaceFile(join(directory, keyName), formatKey(key), secretMode);
    const certificate = await issueAuthority(request.commonName, key, request.validity);
    await replaceFile(path, certificate, publicMode);
    return { authority: { certificate, key }, file: { path, action: 'made', expiresAt: request.validity.notAfter } };
  }
  const { issuer, subject, validToDate: expiresAt } = new X509Certificate(present.certificate);
  if (expiresAt >= request.neededUntil) return { authority: present, file: { path, action: 'kept', expiresAt } };
  if (issuer !== subject) {
    throw new PilotError(
      'INPUT_INVALID',
      `the authority ${path} ends ${formatTime(expiresAt)}, before its certificates`,
      {
        hint: 'Give fewer --days, or renew the authority where it was made.',
      },
    );
  }
  const certificate = await renewAuthority(present, request.validity);
  await replaceFile(path, certificate, publicMode);
  return {
    authority: { ...present, certificate },
    file: {
      path,
      action: 'renewed',
      why: `it would end ${formatTime(expiresAt)}`,
      expiresAt: request.validity.notAfter,
    },
  };
}
