import { styleText } from 'node:util';
import { createBaseRuntime } from './base-runtime.ts';
import type { CiRuntime } from './ci-runtime.ts';
import type { Cleanup } from './cleanup.ts';
import type { Host } from './host.ts';

/** A terminal, or any CI without a runtime of its own: lines on standard error, outputs on standard output. */
export function createTerminalRuntime(host: Host, cleanup: Cleanup): CiRuntime {
  const colourful = host.isTerminal && (host.environment.NO_COLOR ?? '') === '';
  const outputs = new Map<string, string>();
  const base = createBaseRuntime({
    name: 'terminal',
    host,
    cleanup,
    workspace: host.workingDirectory,
    run: { ci: 'terminal' },
    print: (line) => host.writeError(`${colourful ? colour(line) : line}\n`),
  });
  return {
    ...base,
    setOutput: (name, value) => void outputs.set(name, value),
    finish: async () => {
      for (const [name, value] of outputs) host.writeOut(`${name}=${value}\n`);
    },
  };
}

function colour(line: string): string {
  if (line.startsWith('error ')) return styleText('red', line);
  if (line.startsWith('warning: ')) return styleText('yellow', line);
  return line.startsWith('  hint: ') ? styleText('cyan', line) : line;
}
