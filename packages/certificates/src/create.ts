import { makeFolder, PilotError } from '@harbor-pilot/core';
import { ensureAuthority } from './authority-files.ts';
import type { CreatedFile } from './created-file.ts';
import type { KeyType } from './keys.ts';
import { ensureLeaf, type WantedLeaf } from './leaf-files.ts';
import { readRevoked } from './revoke.ts';
import { parseSubjectNames, type SubjectName } from './subject-names.ts';

/** What to make in a folder. */
export interface CreateOptions {
  readonly directory: string;
  /** Names of the server; the first names its files. */
  readonly hosts: readonly string[];
  /** Names of clients, one certificate each. */
  readonly clients: readonly string[];
  readonly keyType: KeyType;
  /** How long the certificates of the server and of clients are good. */
  readonly durationDays: number;
  readonly authorityDurationDays: number;
  readonly force: boolean;
  readonly pkcs12Password?: string;
  readonly now: Date;
}

const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;

/**
 * Makes an authority (`ca.crt`, `ca.key`), a certificate for a server (`HOST.crt`, `HOST.key`; `_` in place of a wildcard) and
 * for clients (`client-NAME.crt`, `client-NAME.key`). Run again, it keeps what is good and renews only what is not.
 * @throws PilotError INPUT_INVALID, FILE_UNREADABLE, FILE_UNWRITABLE, KEY_INVALID, STATE_CONFLICT
 */
export async function createCertificates(options: CreateOptions): Promise<readonly CreatedFile[]> {
  const { directory, now, keyType, force, pkcs12Password } = options;
  // Else it would have to be renewed, and brought to everybody, each time.
  if (options.authorityDurationDays < 2 * options.durationDays) {
    throw new PilotError('INPUT_INVALID', 'the authority is to end before twice the life of what it signs', {
      hint: 'Give more --ca-days, or fewer --days.',
    });
  }
  const names = parseSubjectNames(options.hosts);
  const wanted = [wantedServer(names), ...options.clients.map(wantedClient)];
  const validity = validFor(options.durationDays, now);
  await makeFolder(directory, 0o700);
  const { authority, file } = await ensureAuthority(directory, {
    commonName: `Private CA of ${names[0]?.value ?? 'nobody'}`,
    keyType,
    validity: validFor(options.authorityDurationDays, now),
    neededUntil: validity.notAfter,
  });
  const revoked = new Set((await readRevoked(directory)).map(({ serialNumber }) => serialNumber));
  const files = [file];
  for (const leaf of wanted) {
    files.push(
      await ensureLeaf(leaf, {
        directory,
        authority,
        keyType,
        validity,
        now,
        force,
        revoked,
        ...(pkcs12Password === undefined ? {} : { pkcs12Password }),
      }),
    );
  }
  return files;
}

/** Clocks of other machines may be a little behind. */
function validFor(days: number, now: Date): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(now.getTime() - hourMilliseconds),
    notAfter: new Date(now.getTime() + days * dayMilliseconds),
  };
}

function wantedServer(names: readonly SubjectName[]): WantedLeaf {
  const commonName = names[0]?.value ?? '';
  // A star and the colons of IPv6 are trouble in names of files.
  const fileName = commonName.replace('*', '_').replaceAll(':', '-');
  const isTaken = fileName === 'ca' || fileName.startsWith('client-');
  return { purpose: 'server', commonName, names, fileName: isTaken ? `server-${fileName}` : fileName };
}

function wantedClient(name: string): WantedLeaf {
  if (!/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(name)) {
    throw new PilotError('INPUT_INVALID', `"${name}" is no name for a client`, {
      hint: 'Use up to 64 letters, digits, ".", "_", "@" and "-".',
    });
  }
  return { purpose: 'client', commonName: name, names: [], fileName: `client-${name}` };
}
