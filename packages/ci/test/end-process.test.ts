import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const source = resolve(import.meta.dirname, '../src/end-process.ts');

describe('the end of a process', () => {
  it('comes when all that was written is out, whatever is still open', async () => {
    const program = `import { endProcess } from ${JSON.stringify(source)};
      setInterval(() => {}, 1000);
      process.stdout.write('x'.repeat(1_000_000));
      process.stderr.write('y'.repeat(200_000));
      await endProcess(7);`;
    const args = ['--no-warnings', '--input-type=module', '--eval', program];
    const ended = await new Promise((done) =>
      execFile(process.execPath, args, { maxBuffer: 10_000_000 }, (error, out, errors) =>
        done([error?.code, out.length, errors.length]),
      ),
    );
    expect(ended).toEqual([7, 1_000_000, 200_000]);
  });
});
