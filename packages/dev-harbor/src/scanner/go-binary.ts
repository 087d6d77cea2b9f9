import type { Header } from 'tar-stream';

/** The mark before the build information that Go's linker puts into every program (package debug/buildinfo). */
const buildInfoMark = Buffer.from('\xff Go buildinf:', 'latin1');
const elfMark = Buffer.from('\x7fELF', 'latin1');

/** Whether a file in a tar archive may be run by somebody. */
export function isExecutable(header: Header): boolean {
  return header.type === 'file' && ((header.mode ?? 0) & 0o111) !== 0;
}

/** Looks at a file's content, chunk by chunk, for the mark of a Go program (ELF only). */
export interface GoBinaryDetector {
  add(chunk: Buffer): void;
  readonly found: boolean;
}

/** A detector for one file. */
export function createGoBinaryDetector(): GoBinaryDetector {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let found = false;
  return {
    add(chunk) {
      if (head.length < elfMark.length) head = Buffer.concat([head, chunk.subarray(0, elfMark.length)]);
      if (found || !head.subarray(0, elfMark.length).equals(elfMark)) return;
      // The mark may lie across two chunks.
      const seam = Buffer.concat([tail, chunk.subarray(0, buildInfoMark.length)]);
      found = chunk.includes(buildInfoMark) || seam.includes(buildInfoMark);
      tail = Buffer.concat([tail, chunk.subarray(-buildInfoMark.length)]).subarray(-buildInfoMark.length);
    },
    get found() {
      return found;
    },
  };
}
