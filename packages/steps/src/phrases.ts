import type { Clock } from '@harbor-pilot/core';

/** A number of bytes for people: `1.2 MB`. Units are powers of 1000, as registries show them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** Seconds since a moment, to the millisecond. */
export function secondsSince(begin: Date, clock: Clock): number {
  return (clock.now().getTime() - begin.getTime()) / 1000;
}

/** `1 layer`, `2 layers`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
