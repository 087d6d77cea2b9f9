/** A length of time in seconds for people: `0.25 s`, `12 s`, `3 min 5 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${Number(seconds.toFixed(2))} s`;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Milliseconds since 1970 of an ISO date; undefined for anything else. `Date.parse` alone takes nearly any text with a number. */
export function parseTime(iso: string): number | undefined {
  const milliseconds = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(iso) ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** An ISO date for people, in UTC: `2026-11-22 12:00:00 UTC`. What is no date stays as it is. */
export function formatTime(iso: string): string {
  const milliseconds = parseTime(iso);
  if (milliseconds === undefined) return iso;
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The day of an ISO date, in UTC. What is no date stays as it is. */
export function formatDay(iso: string): string {
  const milliseconds = parseTime(iso);
  return milliseconds === undefined ? iso : new Date(milliseconds).toISOString().slice(0, 10);
}
