import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateOptions, createCertificates } from '../src/index.ts';

export const dayMilliseconds = 86_400_000;
export const now = new Date();

/** A folder that is removed at the end of the test. */
export async function temporaryFolder(): Promise<
  AsyncDisposable & { readonly path: string; file(name: string): string }
> {
  const path = await mkdtemp(join(tmpdir(), 'certificates-'));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** Certificates for harbor.example.com and this machine, ECDSA, for 90 days, unless told otherwise. */
export function create(directory: string, options: Partial<CreateOptions> = {}) {
  return createCertificates({
    directory,
    hosts: ['harbor.example.com', '127.0.0.1'],
    clients: [],
    keyType: 'ecdsa-p256',
    durationDays: 90,
    authorityDurationDays: 3650,
    force: false,
    now,
    ...options,
  });
}

/** What a program prints; what it says when it fails is in the error. */
export function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** All that a program prints, and its exit code. */
export function tryRun(
  program: string,
  args: readonly string[],
): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

export const text = (path: string): Promise<string> => readFile(path, 'utf8');
