import { PilotError } from './errors.ts';

/**
 * Names a file or folder that cannot be read.
 * @returns for a `catch`: throws PilotError FILE_UNREADABLE.
 */
export function unreadable(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new PilotError('FILE_UNREADABLE', `${path} cannot be read`, {
      cause,
      hint: 'Look at the path: it must be there, and this account must be allowed to read it.',
    });
  };
}
