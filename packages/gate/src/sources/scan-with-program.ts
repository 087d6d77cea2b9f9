import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, PilotError } from '@harbor-pilot/core';
import type { ImageToCover } from './cover-image.ts';
import { readScanFile } from './read-scan-file.ts';
import { runScanner, type ScannerRun } from './run-scanner.ts';
import type { ScanFile } from './scan-file.ts';
import { scannerFailure } from './scanner-failure.ts';
import {
  dataArguments,
  dataMoment,
  type ScannerProgram,
  type ScanTarget,
  scanArguments,
  scannerEnvironment,
  scanVariables,
} from './scanner-program.ts';

/** A scan by a program that is installed here. */
export interface ProgramScan {
  readonly program: ScannerProgram;
  /** `registry/repository`. */
  readonly image: string;
  readonly cover: ImageToCover;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A private folder, empty, for its reports. */
  readonly folder: string;
  /** Folder with the `config.json` by which it signs in to the registry; absent when nobody needs to. */
  readonly dockerConfig?: string;
  readonly plainHttp?: boolean;
  /** For all platforms together. */
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** What the scanner says meanwhile. */
  readonly onLine?: (line: string) => void;
}

const outputLimitBytes = 1024 * 1024 * 1024;

/**
 * Scans the image of each platform, by its digest, one after the other. The program sees nothing of the environment but
 * what it needs, and no settings that would hide vulnerabilities.
 * @throws PilotError FILE_UNREADABLE when it is not installed; SCAN_UNFINISHED, SCAN_FAILED, SCAN_OUTDATED, RATE_LIMITED,
 * AUTH_DENIED, PULL_REFUSED, TLS_UNTRUSTED, NETWORK_UNREACHABLE as it says; CONTENT_HOSTILE beyond the limits.
 */
export async function scanWithProgram(scan: ProgramScan): Promise<readonly ScanFile[]> {
  const { program, folder, clock } = scan;
  const endsAt = clock.now().getTime() + scan.timeoutSeconds * 1000;
  const emptyFile = join(folder, 'empty.yaml');
  await writeFile(emptyFile, '', { mode: 0o600 });
  const environment = scannerEnvironment(program, scan.environment, scan.dockerConfig ?? folder);
  const run = (name: string): Omit<ScannerRun, 'args'> => ({
    program,
    environment,
    folder,
    outputFile: join(folder, name),
    outputLimitBytes,
    timeoutSeconds: Math.max(0, endsAt - clock.now().getTime()) / 1000,
    clock,
    signal: scan.signal,
    onLine: scan.onLine,
  });
  const files: ScanFile[] = [];
  for (const [place, { digest, platform }] of scan.cover.images.entries()) {
    const one = run(`${program}-${place + 1}.json`);
    const target: ScanTarget = {
      reference: `${scan.image}@${digest}`,
      // A name with a digest in it is no platform: none is known, or several images have the same.
      ...(platform.includes(':') ? {} : { platform }),
      plainHttp: scan.plainHttp ?? false,
      timeoutSeconds: one.timeoutSeconds,
      emptyFile,
    };
    const end = await runScanner({
      ...one,
      environment: { ...environment, ...scanVariables(program, target) },
      args: scanArguments(program, target),
    });
    if (end.status !== 0) throw scannerFailure(program, target.reference, end);
    files.push(await readScanFile(one.outputFile, scan.signal, true).catch(notScanned(program, target.reference)));
  }
  return program === 'trivy' ? withData(files, run('version.json')) : files;
}

/** What is wrong in a file of the user is their input; here the scanner has not done its work. */
function notScanned(program: ScannerProgram, reference: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof PilotError) || error.code !== 'INPUT_INVALID') throw error;
    throw new PilotError('SCAN_FAILED', `${program} has written no whole report of ${reference}`, {
      cause: error,
      hint: `Run ${program} on ${reference} by hand to see more.`,
    });
  };
}

/** Trivy's reports do not tell how old its data are; it is asked after the scan, which may have brought new ones. */
async function withData(files: readonly ScanFile[], run: Omit<ScannerRun, 'args'>): Promise<readonly ScanFile[]> {
  await runScanner({ ...run, args: dataArguments });
  const dataUpdatedAt = await dataMoment(run.outputFile);
  return files.map((file) => ({ ...file, ...(dataUpdatedAt === undefined ? {} : { dataUpdatedAt }) }));
}
