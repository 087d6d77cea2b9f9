const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A number of bytes for people, with three digits at most: `12.3 MB`. Units are powers of 1000, as registries show them. */
export function formatBytes(bytes: number): string {
  // Rounded first, so that 999,999 bytes are 1.0 MB and not 1000 kB.
  const rounded = Math.max(1, Number(bytes.toPrecision(3)));
  const power = Math.min(Math.floor(Math.log10(rounded) / 3), byteUnits.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${byteUnits[power]}`;
}

/** `1,000`: with a comma between thousands. By hand, since the tables of Intl take longer to load than the command's start. */
export function formatNumber(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 layer`, `2 layers`, `1,000 layers`. */
export function formatCount(count: number, one: string, many: string = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
