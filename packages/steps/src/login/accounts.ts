import { PilotError } from '@harbor-pilot/core';
import { parseHost, parseReference } from '@harbor-pilot/oci';
import { missingInput } from '@harbor-pilot/step-kit';
import { commonInputs } from '../common.ts';
import type { Expiry } from './expiry.ts';

/** An account of one registry, as the user gave it. */
export interface Account {
  readonly host: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly expiry?: Expiry | undefined;
}

interface AccountValues {
  readonly registry: string | undefined;
  readonly image: string | undefined;
  readonly registryAuth: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** What is known of the account of the inputs besides. */
interface OwnAccount {
  readonly expiry?: Expiry | undefined;
  /** The registry gets another account, which is still to be made. */
  readonly isOtherWanted?: boolean;
}

/**
 * The accounts of the list; before them the one of the other inputs, unless these only say which registry the repository uses.
 * @throws PilotError INPUT_INVALID
 */
export async function givenAccounts(
  values: AccountValues,
  { expiry, isOtherWanted = false }: OwnAccount = {},
): Promise<readonly Account[]> {
  const { registryAuth, username, password } = values;
  const listed =
    registryAuth === undefined ? [] : await (await import('./registry-auth.ts')).parseRegistryAuth(registryAuth);
  const isOwnGiven = username !== undefined || password !== undefined;
  if (listed.length > 0 && !isOwnGiven && !isOtherWanted) return listed;
  const host = hostOf(values);
  if (listed.some((account) => account.host === host)) {
    throw new PilotError('INPUT_INVALID', `${host} is in "registry-auth", and another account is given for it, too`, {
      hint: 'Give one account for each registry.',
    });
  }
  return isOtherWanted ? listed : [{ host, username, password, expiry }, ...listed];
}

/**
 * The registry that the inputs name.
 * @throws PilotError INPUT_INVALID, REFERENCE_INVALID
 */
export function hostOf({ registry, image }: Pick<AccountValues, 'registry' | 'image'>): string {
  if (registry !== undefined) return parseHost(registry);
  if (image !== undefined) return parseReference(image).registry;
  throw missingInput('registry', commonInputs.registry);
}
