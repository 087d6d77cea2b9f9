/** The ranges of the fields of a cron expression with seconds: second, minute, hour, day, month, day of the week. */
const ranges = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

const dayMilliseconds = 86_400_000;
/** 29 February comes again after eight years at the latest. */
const horizonDays = 8 * 366;

/**
 * The time after `now` at which a cron expression of six numeric fields is due, in UTC; undefined when there is none, or
 * when the expression has words.
 */
export function nextTime(cron: string, now: Date): Date | undefined {
  const fields = cron.split(/\s+/);
  const [seconds = [], minutes = [], hours = [], days = [], months = [], weekdays = []] = ranges.map((range, index) =>
    valuesOf(fields[index] ?? '', range),
  );
  const start = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => ((hour * 60 + minute) * 60 + second) * 1000)),
  );
  for (let day = 0; day < horizonDays; day += 1) {
    const midnight = start + day * dayMilliseconds;
    const date = new Date(midnight);
    const isDue =
      days.includes(date.getUTCDate()) &&
      months.includes(date.getUTCMonth() + 1) &&
      weekdays.includes(date.getUTCDay());
    const time = isDue ? times.find((offset) => midnight + offset > now.getTime()) : undefined;
    if (time !== undefined) return new Date(midnight + time);
  }
  return undefined;
}

/** What a field allows: lists of numbers, ranges and steps, in order. */
function valuesOf(field: string, [least, most]: readonly [number, number]): readonly number[] {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [, from, to, step = '1'] = /^(?:[*?]|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? [undefined, 'none'];
    if (from === 'none') return [];
    const first = from === undefined ? least : Number(from);
    const last = to !== undefined ? Number(to) : from === undefined || part.includes('/') ? most : first;
    for (let value = first; value <= Math.min(last, most); value += Math.max(1, Number(step))) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}
