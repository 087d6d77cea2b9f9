import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Interrupted, PilotError } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import { runInCi } from '../src/index.ts';
import { captureHost } from './host.ts';

const ci = resolve(import.meta.dirname, '../src/index.ts');
/** Time passes at once, unless somebody ends the waiting. */
const clock = { now: () => new Date(0), sleep: () => new Promise<void>((done) => void setImmediate(done)) };
const never = (): Promise<never> => new Promise(() => undefined);

describe('an interrupt', () => {
  it('of a terminal that is closed comes twice, and clean-up is done nevertheless', async () => {
    const program = `import { runInCi } from ${JSON.stringify(ci)};
      process.exit(await runInCi(async (runtime) => {
        runtime.onCleanup(async () => {
          process.kill(process.pid, 'SIGHUP');
          await new Promise((done) => setTimeout(done, 50));
          process.stdout.write('cleaned');
        });
        setTimeout(() => process.kill(process.pid, 'SIGHUP'), 10);
        await runtime.clock.sleep(10_000, runtime.signal);
      }));`;
    const cwd = resolve(import.meta.dirname, '..');
    const environment = { PATH: process.env.PATH };
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd, env: environment });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    expect([...(await once(child, 'close')), out]).toEqual([129, null, 'cleaned']);
  });

  it('ends a clean-up that hangs, with the exit code of the signal', async () => {
    const host = { ...captureHost({}), clock };
    const body = async (runtime: { onCleanup(undo: () => Promise<void>): void }): Promise<void> => {
      runtime.onCleanup(never);
      host.interrupt(new Interrupted('SIGTERM'));
      throw new Error('stopped');
    };
    expect(await runInCi(body, { host })).toBe(143);
    expect(host.error()).toContain('warning: clean-up: not done after 10 seconds');
  });

  it('before the step has begun ends one that does not listen', async () => {
    const host = { ...captureHost({}), clock };
    host.interrupt(new Interrupted('SIGINT'));
    expect(await runInCi(never, { host })).toBe(130);
  });
});

describe('outputs that cannot be written', () => {
  const missing = { GITLAB_CI: 'true', CI_PROJECT_DIR: '/no/such/folder' };

  it('do not hide why the step has failed', async () => {
    const host = captureHost(missing);
    const body = async (runtime: { setOutput(name: string, value: string): void }): Promise<void> => {
      runtime.setOutput('digest', 'sha256:1');
      throw new PilotError('GATE_REFUSED', 'two are critical');
    };
    expect(await runInCi(body, { host })).toBe(5);
    expect(host.out()).toContain('warning: outputs: /no/such/folder/harbor-pilot.env cannot be written');
  });

  it('fail the step', async () => {
    const host = captureHost(missing);
    expect(await runInCi(async (runtime) => runtime.setOutput('digest', 'sha256:1'), { host })).toBe(2);
  });
});
