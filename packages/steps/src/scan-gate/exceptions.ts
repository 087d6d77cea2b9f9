import { resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { type Exception, type ExceptionFile, parseExceptions, readExceptions } from '@harbor-pilot/gate';
import type { Runtime } from '@harbor-pilot/step-kit';
import { readIfThere } from '../user-files.ts';
import type { GateValues } from './policy.ts';

/** The files that Trivy reads by itself are read here, too. */
const usualFiles: readonly string[] = ['.trivyignore', '.trivyignore.yaml'];

/** The exceptions that the repository has, the strongest first. */
export type GivenExceptions = ExceptionFile;

/**
 * Reads the exceptions of harbor-pilot.yml and of the files that are named, or that are there by their usual name.
 * @param config name of the file with the settings, for messages and reports.
 * @throws PilotError CONFIG_INVALID, INPUT_INVALID with the line; FILE_UNREADABLE
 */
export async function readGivenExceptions(
  { exceptions, exceptionFiles }: Pick<GateValues, 'exceptions' | 'exceptionFiles'>,
  config: string,
  runtime: Pick<Runtime, 'workspace'>,
): Promise<GivenExceptions> {
  const own: readonly Exception[] =
    exceptions === undefined ? [] : parseExceptions({ ...exceptions, code: 'CONFIG_INVALID' }, config);
  const files: ExceptionFile[] = [];
  for (const file of exceptionFiles ?? usualFiles) {
    const text = await readIfThere(resolve(runtime.workspace, file));
    if (text !== undefined) files.push(await readExceptions(text, file));
    else if (exceptionFiles !== undefined) throw missing(file);
  }
  return {
    exceptions: [...own, ...files.flatMap((file) => file.exceptions)],
    warnings: files.flatMap(({ warnings }) => warnings),
  };
}

function missing(file: string): PilotError {
  return new PilotError('FILE_UNREADABLE', `there is no ${file}`, {
    hint: 'Look at the paths in the input "exception-files": they are relative to the root of the repository.',
  });
}
