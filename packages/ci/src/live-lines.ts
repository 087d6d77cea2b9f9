import type { Host } from './host.ts';

/** Lines at the bottom of a terminal that change in place, below those that stay. */
export interface LiveLines {
  /** A line that stays, above the live ones. */
  print(line: string): void;
  /** Shows or changes a live line. */
  set(id: string, text: string): void;
  /** Takes a live line away; the next line that is printed closes the gap. */
  remove(id: string): void;
  /** Takes all live lines away at once. */
  clear(): void;
}

/** Twelve times a second looks like motion; more is only output. */
const redrawMilliseconds = 80;

/** Makes live lines on the standard error of a host. A terminal that is narrower than a line shows its beginning. */
export function createLiveLines(host: Pick<Host, 'writeError' | 'columns' | 'clock'>): LiveLines {
  const lines = new Map<string, string>();
  let drawn = 0;
  let drawnAt = 0;
  const draw = (above: string): void => {
    // A line that wraps would count as two when the cursor goes back up. Some pseudo-terminals say that they have no columns.
    const width = (host.columns?.() || 80) - 1;
    const back = drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`;
    host.writeError(`${back}${above}${[...lines.values()].map((line) => `${line.slice(0, width)}\n`).join('')}`);
    drawn = lines.size;
    drawnAt = host.clock.now().getTime();
  };
  return {
    print: (line) => draw(`${line}\n`),
    set: (id, text) => {
      const isNew = !lines.has(id);
      lines.set(id, text);
      if (isNew || host.clock.now().getTime() - drawnAt >= redrawMilliseconds) draw('');
    },
    remove: (id) => void lines.delete(id),
    clear: () => {
      lines.clear();
      if (drawn > 0) draw('');
    },
  };
}
