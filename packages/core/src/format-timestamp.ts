/** A moment for programs, in UTC and to the second: `2026-05-01T12:00:00Z` (RFC 3339). */
export function formatTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
