import { styleText } from 'node:util';
import { createBaseRuntime } from './base-runtime.ts';
import type { CiRuntime } from './ci-runtime.ts';
import type { Cleanup } from './cleanup.ts';
import { forLog, forTerminal } from './for-log.ts';
import type { Host } from './host.ts';
import { createLiveLines } from './live-lines.ts';

/** A terminal, or any CI without a runtime of its own: lines on standard error, outputs on standard output. */
export function createTerminalRuntime(host: Host, cleanup: Cleanup): CiRuntime {
  const colourful = host.isTerminal && (host.environment.NO_COLOR ?? '') === '';
  const outputs = new Map<string, string>();
  const live = createLiveLines(host);
  const base = createBaseRuntime({
    name: 'terminal',
    host,
    cleanup,
    run: { ci: 'terminal' },
    print: (line) => live.print(colourful ? colour(line) : line),
  });
  return {
    ...base,
    // Some pseudo-terminals say that they have no columns.
    ...(host.isTerminal ? { terminal: { columns: host.columns?.() || 80, isColoured: colourful } } : {}),
    info: (line) => (colourful ? live.print(colour(forTerminal(line))) : base.info(line)),
    progress: (id, text, isDone) => {
      if (isDone) live.remove(id);
      else if (host.isTerminal) live.set(id, forLog(text));
      base.progress(id, text, isDone);
    },
    fail: (error) => {
      live.clear();
      base.fail(error);
    },
    group: async (title, body) => {
      if (!colourful) return base.group(title, body);
      const begin = host.clock.now().getTime();
      live.print(styleText('bold', forLog(title)));
      const result = await body();
      const seconds = ((host.clock.now().getTime() - begin) / 1000).toFixed(1);
      const end = `${forLog(title.trim())}, ${seconds} s`;
      live.print(`${styleText('green', `${indentOf(title)}✓`)} ${styleText('dim', end)}`);
      return result;
    },
    setOutput: (name, value) => void outputs.set(name, [value].flat().join(',')),
    finish: async () => {
      live.clear();
      for (const [name, value] of outputs) host.writeOut(`${name}=${value}\n`);
    },
  };
}

function indentOf(title: string): string {
  return title.slice(0, title.length - title.trimStart().length);
}

function colour(line: string): string {
  const text = line.trimStart();
  if (text.startsWith('error ')) return styleText('red', line);
  if (text.startsWith('warning: ')) return styleText('yellow', line);
  if (text.startsWith('hint: ')) return styleText('cyan', line);
  return text.startsWith('released ') ? styleText(['bold', 'green'], line) : line;
}
