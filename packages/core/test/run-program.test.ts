import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { PilotError, registerSecret, runProgram, systemClock } from '../src/index.ts';

describe('what a program says', () => {
  it.each(['', '\n'])('shows no half of a secret that the limit of a line cuts in two', async (end) => {
    registerSecret('tulip-mania-1637');
    const program = `process.stderr.write('a'.repeat(490) + ' tulip-mania-1637' + ${JSON.stringify(end)})`;
    const { lastLines } = await runProgram({
      program: process.execPath,
      args: ['-e', program],
      environment: {},
      folder: tmpdir(),
      readOutput: async (output) => void output.resume(),
      timeoutSeconds: 60,
      unfinished: () => new PilotError('INTERNAL', 'it did not end'),
      clock: systemClock,
    });
    expect(lastLines).toEqual([`${'a'.repeat(490)} ***`]);
  });
});
