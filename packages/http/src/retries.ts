const retryable: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);
const firstDelayMilliseconds = 500;
const longestDelayMilliseconds = 60_000;

/** Whether a status says that the same request may succeed later. The body is not asked: registries disagree on codes. */
export function isRetryableStatus(status: number): boolean {
  return retryable.has(status);
}

/**
 * Milliseconds to wait before the next try: what the server asks for, up to a minute, or else twice as long each time
 * with jitter.
 * @param attempt number of tries that failed, from 1.
 * @param retryAfter value of `Retry-After`: seconds or a date (RFC 9110, section 10.2.3).
 */
export function delayBefore(attempt: number, retryAfter: string | undefined, now: Date, random: () => number): number {
  const asked = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now);
  if (asked !== undefined) return Math.min(asked, longestDelayMilliseconds);
  const full = Math.min(firstDelayMilliseconds * 2 ** (attempt - 1), longestDelayMilliseconds);
  return Math.round(full * (0.5 + random() / 2));
}

function parseRetryAfter(text: string, now: Date): number | undefined {
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
