import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** What has to be undone when the process ends. */
export interface Cleanup {
  add(undo: () => Promise<void>): void;
  /** A private folder (0700) that goes with the rest; made once. */
  temporaryFolder(): Promise<string>;
  /** Runs everything, last in, first out, once; the errors are given back, not thrown. */
  run(): Promise<readonly unknown[]>;
}

/** Starts an empty list of things to undo. */
export function createCleanup(baseFolder: string = tmpdir()): Cleanup {
  const undos: (() => Promise<void>)[] = [];
  let folder: Promise<string> | undefined;
  const makeFolder = async (): Promise<string> => {
    const path = await (await import('./temporary-folder.ts')).makeTemporaryFolder(baseFolder);
    undos.unshift(() => rm(path, { recursive: true, force: true }));
    return path;
  };
  return {
    add: (undo) => void undos.push(undo),
    temporaryFolder: () => {
      folder ??= makeFolder();
      return folder;
    },
    run: async () => {
      const errors: unknown[] = [];
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
        await undo().catch((error: unknown) => errors.push(error));
      }
      return errors;
    },
  };
}
