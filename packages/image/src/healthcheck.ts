import type { Healthcheck } from './command.ts';
import { type Instruction, invalidAt, type SourceLine } from './dockerfile.ts';
import { parseJsonWords, takeFlags } from './words.ts';

const flagNames = ['interval', 'timeout', 'start-period', 'start-interval', 'retries'] as const;

/**
 * Reads HEALTHCHECK.
 * @throws PilotError DOCKERFILE_INVALID
 */
export function parseHealthcheck(instruction: Instruction): Healthcheck {
  const { at } = instruction;
  const { flags, rest } = takeFlags(instruction, flagNames);
  const [, type = '', command = ''] = /^(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
  if (type.toUpperCase() === 'NONE' && command === '') return { Test: ['NONE'] };
  if (type.toUpperCase() !== 'CMD' || command === '') {
    throw invalidAt(at, 'HEALTHCHECK needs CMD with a command, or NONE');
  }
  const words = parseJsonWords(command, at);
  const duration = (name: (typeof flagNames)[number]): number | undefined => {
    const text = flags.get(name);
    return text === undefined ? undefined : parseDuration(text, name, at);
  };
  return withoutUndefined({
    Test: words === undefined ? ['CMD-SHELL', command] : ['CMD', ...words],
    Interval: duration('interval'),
    Timeout: duration('timeout'),
    StartPeriod: duration('start-period'),
    StartInterval: duration('start-interval'),
    Retries: parseRetries(flags.get('retries'), at),
  });
}

function withoutUndefined(check: { [Key in keyof Healthcheck]: Healthcheck[Key] | undefined }): Healthcheck {
  return Object.fromEntries(Object.entries(check).filter(([, value]) => value !== undefined)) as unknown as Healthcheck;
}

function parseRetries(text: string | undefined, at: SourceLine): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,6}$/.test(text)) throw invalidAt(at, `--retries=${text} is not a count`);
  return Number(text);
}

const unitNanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** A duration as Go writes it, `1m30s`, in nanoseconds; Docker takes none between zero and a millisecond. */
function parseDuration(text: string, name: string, at: SourceLine): number {
  const hint = 'Write it as 30s or 1m30s.';
  if (text === '0') return 0;
  if (!/^(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) {
    throw invalidAt(at, `--${name}=${text} is not a duration`, hint);
  }
  let total = 0;
  for (const [, amount, unit = 's'] of text.matchAll(/([0-9.]+)([a-zµ]+)/g)) {
    total += Number(amount) * (unitNanoseconds[unit] ?? 0);
  }
  if (total > 0 && total < 1e6) throw invalidAt(at, `--${name}=${text} is shorter than a millisecond`, hint);
  return Math.round(total);
}
