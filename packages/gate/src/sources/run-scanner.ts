import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { PilotError, type ProgramEnd, type ProgramRun, runProgram, unwritable } from '@harbor-pilot/core';

/** A scanner whose report goes into a file. */
export interface ScannerRun extends Omit<ProgramRun, 'input' | 'readOutput' | 'unfinished'> {
  /** Takes its standard output; only this account may read it. */
  readonly outputFile: string;
  readonly outputLimitBytes: number;
}

/**
 * Runs a scanner until it ends, the time is over, or the signal comes.
 * @throws PilotError FILE_UNREADABLE when there is no such program, SCAN_UNFINISHED when the time is over, CONTENT_HOSTILE
 * when it writes too much, FILE_UNWRITABLE; the reason of the signal.
 */
export async function runScanner(run: ScannerRun): Promise<ProgramEnd> {
  return runProgram({
    ...run,
    readOutput: (output) =>
      pipeline(output, limited(run), createWriteStream(run.outputFile, { mode: 0o600 })).catch(
        unwritable(run.outputFile),
      ),
    unfinished: () =>
      new PilotError('SCAN_UNFINISHED', `${run.program} did not end in time`, {
        hint: 'Give it more time, or keep its vulnerability data between jobs: the first run downloads them.',
      }),
  });
}

function limited({ program, outputLimitBytes }: ScannerRun) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let sizeBytes = 0;
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > outputLimitBytes) {
        throw new PilotError('CONTENT_HOSTILE', `${program} wrote a report of more than ${outputLimitBytes} bytes`, {
          hint: 'Look at what is in the image: no image has so many packages.',
        });
      }
      yield chunk;
    }
  };
}
