import { randomUUID } from 'node:crypto';
import { asString } from '@harbor-pilot/core';
import { hashSecret } from './access/secrets.ts';
import { type Harbor, timeOf } from './harbor.ts';

/** Makes the administrator, or gives it the password when that has changed. */
export async function ensureAdministrator(harbor: Harbor, password: string): Promise<void> {
  const known = harbor.users.byName('admin');
  if (known !== undefined) {
    if (!(await harbor.authenticator.knows(known, password))) {
      harbor.users.change(known.id, { password: await hashSecret(password) });
    }
    return;
  }
  const now = timeOf(harbor);
  const first = {
    username: 'admin',
    password: await hashSecret(password),
    email: '',
    realname: 'system admin',
    comment: 'admin user',
    isAdministrator: 1,
    createdAt: now,
    updatedAt: now,
  } as const;
  harbor.users.create(first);
  // The second id is that of a user who stands for nobody, and is never found.
  harbor.users.delete(harbor.users.create({ ...first, username: 'anonymous' }));
}

/** Makes the public project that every fresh Harbor has. */
export function ensureLibrary(harbor: Harbor): void {
  if (harbor.settings.get('isFilled') === true) return;
  harbor.projects.create({ name: 'library', ownerId: 1, metadata: { public: 'true' } }, -1, timeOf(harbor));
  harbor.settings.set('isFilled', true);
}

/** Registers the built-in scanner, once and for all: later only its address changes, for who has deleted it meant it. */
export function ensureScanner(harbor: Harbor, url: string): void {
  const known = asString(harbor.settings.get('builtInScanner'));
  if (known !== undefined) {
    harbor.scanners.change(known, { url, updatedAt: timeOf(harbor) });
    return;
  }
  registerScanner(harbor, url);
}

/** Registers the built-in scanner, as the default one if there is none. */
export function registerScanner(harbor: Harbor, url: string): void {
  const now = timeOf(harbor);
  const uuid = randomUUID();
  harbor.scanners.create({
    uuid,
    name: 'Harbor Pilot',
    description: 'The scanner inside the embedded Harbor',
    url,
    isDisabled: 0,
    isDefault: harbor.scanners.default() === undefined ? 1 : 0,
    auth: '',
    credential: '',
    skipsVerification: 0,
    usesInternalAddress: 1,
    createdAt: now,
    updatedAt: now,
  });
  harbor.settings.set('builtInScanner', uuid);
}
