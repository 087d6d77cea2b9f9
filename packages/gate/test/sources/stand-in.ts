import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@harbor-pilot/core';
import type { ProgramScan } from '../../src/sources/scan-with-program.ts';
import { config, folder, manifest } from './fixtures.ts';

/**
 * A stand-in for a scanner: a shell script with its name, written by the test, that does what it is told to. It notes its
 * arguments and environment in `calls`.
 */
export function standIn(program: 'trivy' | 'grype', script: string) {
  const home = mkdtempSync(join(folder, 'stand-in-'));
  const path = join(home, 'bin');
  const work = join(home, 'work');
  for (const made of [path, work]) mkdirSync(made);
  const calls = join(home, 'calls');
  const text = `#!/bin/sh\n# A stand-in for ${program}, written by a test.\necho "$*" >> '${calls}'\nenv > '${calls}.env'\n${script}\n`;
  writeFileSync(join(path, program), text, { mode: 0o755 });
  const scan: ProgramScan = {
    program,
    image: 'harbor.example.com/shop/app',
    cover: { digest: manifest, images: [{ digest: manifest, configDigest: config, platform: 'linux/amd64' }] },
    environment: { PATH: `${path}:/usr/bin:/bin` },
    folder: work,
    timeoutSeconds: 60,
    clock: systemClock,
  };
  return { scan, calls, work };
}

/** Shell that writes some JSON. */
export function printing(report: object): string {
  return `cat <<'REPORT'\n${JSON.stringify(report)}\nREPORT`;
}
