/** A moment for people, in UTC and to the second: `2026-05-01 12:00:00Z`. */
export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
