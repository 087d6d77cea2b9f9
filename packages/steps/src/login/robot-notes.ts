import { join } from 'node:path';
import { asArray, asNumber, asObject, asString, PilotError, writeWhole } from '@harbor-pilot/core';
import { readIfThere } from '../user-files.ts';

/** A robot account that `logout` is to delete. */
export interface RobotNote {
  readonly registry: string;
  readonly id: number;
}

const fileName = 'harbor-pilot-robots.json';

/**
 * Notes in the folder of a login which robot account was made for it.
 * @throws PilotError FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function addRobotNote(folder: string, note: RobotNote): Promise<void> {
  const notes = [...(await readRobotNotes(folder)), note];
  await writeWhole(join(folder, fileName), JSON.stringify(notes), { mode: 0o600 });
}

/**
 * The robot accounts that were made for the logins in a folder.
 * @throws PilotError FILE_UNREADABLE
 */
export async function readRobotNotes(folder: string): Promise<readonly RobotNote[]> {
  const path = join(folder, fileName);
  const text = (await readIfThere(path)) ?? '[]';
  return asArray(parse(text, path)).flatMap((entry) => {
    const { registry, id } = asObject(entry) ?? {};
    const [host, number] = [asString(registry), asNumber(id)];
    return host === undefined || number === undefined ? [] : [{ registry: host, id: number }];
  });
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PilotError('FILE_UNREADABLE', `${path} is not JSON`, { hint: 'Log in again, into another folder.' });
  }
}
