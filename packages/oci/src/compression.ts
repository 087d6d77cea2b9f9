/** How a file is compressed. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const magics: readonly (readonly [Compression, string])[] = [
  ['gzip', '1f8b'],
  ['zstd', '28b52ffd'],
  ['bzip2', '425a68'],
  ['xz', 'fd377a585a00'],
];

/** How many bytes of the beginning of a file tell its compression. */
export const magicBytes = 6;

/** The compression that the first {@link magicBytes} of a file show. */
export function compressionOf(head: Buffer): Compression {
  const hex = head.subarray(0, magicBytes).toString('hex');
  return magics.find(([, magic]) => hex.startsWith(magic))?.[0] ?? 'none';
}
