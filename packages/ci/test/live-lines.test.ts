import type { Clock } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import { runInCi } from '../src/index.ts';
import { createLiveLines } from '../src/live-lines.ts';
import { captureHost } from './host.ts';

const up = (lines: number): string => `\u001b[${lines}A\u001b[0J`;

function screen(columns: number): { live: ReturnType<typeof createLiveLines>; written: string[]; tick(): void } {
  const written: string[] = [];
  let now = 0;
  const clock: Clock = { now: () => new Date(now), sleep: async () => undefined };
  const live = createLiveLines({ writeError: (text) => void written.push(text), columns: () => columns, clock });
  return {
    live,
    written,
    tick: () => {
      now += 1000;
    },
  };
}

describe('live lines', () => {
  it('change in place, below the lines that stay', () => {
    const { live, written, tick } = screen(80);
    tick();
    live.set('a', 'a 1 %');
    live.set('b', 'b 1 %');
    tick();
    live.set('a', 'a 50 %');
    live.print('a fact');
    live.remove('a');
    live.print('a is done');
    expect(written).toEqual([
      'a 1 %\n',
      `${up(1)}a 1 %\nb 1 %\n`,
      `${up(2)}a 50 %\nb 1 %\n`,
      `${up(2)}a fact\na 50 %\nb 1 %\n`,
      `${up(2)}a is done\nb 1 %\n`,
    ]);
  });

  it('are not redrawn all the time, nor wider than the terminal', () => {
    const { live, written } = screen(6);
    live.set('a', '0123456789');
    live.set('a', 'too soon');
    live.clear();
    live.clear();
    expect(written).toEqual(['01234\n', up(1)]);
  });
});

describe('progress', () => {
  const body = async (runtime: { progress(id: string, text: string, isDone: boolean): void }): Promise<void> => {
    runtime.progress('layer', 'half of it', false);
    runtime.progress('layer', 'all of it', true);
  };

  it('is redrawn on a terminal', async () => {
    const host = { ...captureHost({}), isTerminal: true };
    await runInCi(body, { host });
    expect(host.error()).toBe(`half of it\n${up(1)}all of it\n`);
  });

  it.each([
    ['a log', {}],
    ['GitLab', { GITLAB_CI: 'true' }],
    ['Jenkins', { JENKINS_URL: 'http://jenkins.example' }],
  ])('is one line in %s', async (_, environment) => {
    const host = captureHost(environment as Record<string, string>);
    await runInCi(body, { host });
    expect(host.error() + host.out()).toBe('all of it\n');
  });
});
