// Compiles every package. `npm ci` runs it as `prepare`, so that `npx harbor-pilot` works right after.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('tsc', ['-b'], { stdio: 'inherit', shell: process.platform === 'win32' });
process.exit(status ?? 1);
