import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PilotError, readFileIfThere, unreadable } from '@harbor-pilot/core';
import { readAuthority } from './authority-files.ts';
import { readCertificates } from './read-certificates.ts';
import { publicMode, replaceFile } from './replace-file.ts';
import { issueRevocationList, type Revoked, readRevocationList } from './revocation-list.ts';

const listName = 'ca.crl';

/** What to revoke. */
export interface RevokeOptions {
  /** Folder with `ca.crt` and `ca.key`. */
  readonly directory: string;
  /** Paths of certificates; none when the list is only to be made anew. */
  readonly certificates: readonly string[];
  /** How long the list is good. */
  readonly durationDays: number;
  readonly now: Date;
}

/**
 * Adds certificates to `ca.crl`, which is made anew each time.
 * @returns the path of the list and how many certificates it names.
 * @throws PilotError FILE_UNREADABLE, FILE_UNWRITABLE, KEY_INVALID, INPUT_INVALID when a certificate is of another authority,
 *   or the authority itself.
 */
export async function revokeCertificates({
  directory,
  certificates,
  durationDays,
  now,
}: RevokeOptions): Promise<{ readonly path: string; readonly count: number; readonly nextUpdate: Date }> {
  const authority = await readAuthority(directory);
  if (authority === undefined) {
    throw new PilotError('FILE_UNREADABLE', `${directory} holds no authority`, {
      hint: 'Give the folder in which "certificates create" made ca.crt and ca.key.',
    });
  }
  const { publicKey } = new X509Certificate(authority.certificate);
  const path = join(directory, listName);
  const revoked = new Map((await readRevoked(directory)).map((entry) => [entry.serialNumber, entry]));
  for (const file of certificates) {
    const [certificate] = readCertificates(file, await readFile(file).catch(unreadable(file)));
    if (certificate?.verify(publicKey) !== true) {
      throw new PilotError('INPUT_INVALID', `${file} is not signed by the authority in ${directory}`, {
        hint: 'An authority can revoke only what it signed itself.',
      });
    }
    if (certificate.publicKey.equals(publicKey)) {
      throw new PilotError('INPUT_INVALID', `${file} is the authority itself, which its own list cannot revoke`, {
        hint: 'Make a new authority in an empty folder, and take the old one from all that trust it.',
      });
    }
    const serialNumber = certificate.serialNumber.toLowerCase();
    if (!revoked.has(serialNumber)) revoked.set(serialNumber, { serialNumber, revokedAt: now });
  }
  const nextUpdate = new Date(now.getTime() + durationDays * 86_400_000);
  await replaceFile(path, await issueRevocationList(authority, [...revoked.values()], now, nextUpdate), publicMode);
  return { path, count: revoked.size, nextUpdate };
}

/**
 * What the revocation list in the folder of an authority names; nothing when there is no list.
 * @throws PilotError FILE_UNREADABLE, INPUT_INVALID
 */
export async function readRevoked(directory: string): Promise<readonly Revoked[]> {
  const path = join(directory, listName);
  const list = await readFileIfThere(path);
  if (list === undefined) return [];
  try {
    return readRevocationList(list.toString());
  } catch (cause) {
    throw new PilotError('INPUT_INVALID', `${path} is no revocation list in PEM form`, {
      cause,
      hint: 'Put back the list that "certificates revoke" made: it says what is revoked.',
    });
  }
}
