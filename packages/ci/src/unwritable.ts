import { PilotError } from '@harbor-pilot/core';

/** Turns the failure to write a file or folder into an error that names it. */
export function unwritable(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new PilotError('FILE_UNWRITABLE', `${path} cannot be written`, {
      cause,
      hint: 'Look at the path, and at who may write there.',
    });
  };
}
